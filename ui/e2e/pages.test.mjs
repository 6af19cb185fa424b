// Every page, against the server named by BASE_URL or the mock: found by role and label, driven as a person would.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, open, server, until } from './browser.mjs';

let browser;
let site;
before(async () => {
  browser = await launch();
  site = await server();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function on(path, use, options) {
  const tab = await open(browser, site, options);
  await tab.goto(path);
  await use(tab);
  await tab.close();
}

const query = (page) => page.getByRole('textbox', { name: 'PromQL query A' });

describe('the shell', () => {
  it('goes to every page by its link', async () => {
    await on('/', async ({ page }) => {
      for (const name of ['Hosts', 'Metrics', 'Logs', 'Traces', 'Targets', 'Cardinality', 'Queries', 'Status', 'Connect', 'Overview']) {
        await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
        await page.getByRole('heading', { name, level: 1 }).waitFor();
      }
    });
  });

  it('is driven by keys alone', async () => {
    await on('/', async ({ page }) => {
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' });
      // Two keys are one shortcut only if they come within a second, which a busy machine may not manage at once.
      await until('the page of the traces', async () => {
        await page.keyboard.press('Escape');
        await page.keyboard.press('g');
        await page.keyboard.press('t');
        return page.getByRole('heading', { name: 'Traces', level: 1 }).waitFor({ timeout: 2000 }).then(() => true, () => false);
      });
      await page.getByRole('textbox', { name: /^Attributes/ }).waitFor();
      await page.keyboard.press('/');
      await until('the search field has the focus', () => page.evaluate(() => document.activeElement?.tagName === 'INPUT'));
      await page.keyboard.press('Escape');
      await page.keyboard.press('d');
      await until('light colours', () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme === 'light'));
    });
  });

  it('keeps the time range in the address and from page to page', async () => {
    await on('/?from=now-3h&to=now', async ({ page }) => {
      await page.getByRole('button', { name: 'Time range: Last 3h' }).click();
      await page.getByRole('button', { name: 'Last 15m' }).click();
      await page.waitForURL(/from=now-15m/);
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Logs', exact: true }).click();
      await page.waitForURL(/\/explore\/logs\?.*from=now-15m/);
      await page.goBack();
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    });
  });

  it('says so when there is nothing at an address', async () => {
    await on('/no/such/page', async ({ page }) => {
      await page.getByRole('note', { name: 'There is nothing at this address' }).waitFor();
    });
  });
});

describe('the overview', () => {
  for (const scheme of ['dark', 'light']) {
    it(`shows the platform at a glance in ${scheme} colours`, async () => {
      await on('/', async ({ page, region, shot }) => {
        for (const name of ['At a glance', 'GPU fleet', 'Model serving', 'Firing alerts', 'Cost', 'Training runs', 'Data pipelines', 'Hosts', 'Belvedere itself']) {
          await region(name).waitFor();
        }
        await until('all tiles are loaded', async () => (await page.getByRole('status', { name: /^Loading/ }).count()) === 0);
        assert.equal(await page.getByRole('alert').count(), 0);
        await shot(`overview-${scheme}`);
      }, { scheme });
    });
  }

  it('leads from a GPU to its series', async () => {
    await on('/', async ({ page, region }) => {
      const fleet = region('GPU fleet');
      await until('GPUs or the way to connect some', async () => (await fleet.getByRole('link').count()) > 0);
      const cells = fleet.getByRole('link', { name: /GPU \d+:/ });
      if ((await cells.count()) === 0) {
        await fleet.getByRole('link', { name: 'Connect it' }).click();
        await page.getByRole('heading', { name: 'Connect', level: 1 }).waitFor();
        return;
      }
      await fleet.getByText('Temperature', { exact: true }).click();
      await page.waitForURL(/gpu=temperature/);
      await cells.first().click();
      await page.waitForURL(/\/explore\/metrics\?q=DCGM_FI_DEV_GPU_TEMP/);
      await page.getByRole('img', { name: /^Graph of \d+ series/ }).waitFor();
    });
  });
});

describe('hosts', () => {
  it('show one host in twelve charts', async () => {
    await on('/hosts', async ({ page, shot }) => {
      const charts = page.getByRole('group', { name: /^Charts of / });
      await charts.waitFor();
      await until('the charts are drawn', async () => (await charts.locator('canvas').count()) >= 8);
      await until('twelve charts', async () => (await charts.getByRole('region').count()) === 12);
      await shot('hosts');
    });
  });
});

describe('metrics', () => {
  it('start from the names that are stored', async () => {
    await on('/explore/metrics', async ({ page, region }) => {
      const names = region('Metrics stored here');
      await names.getByRole('textbox', { name: 'Filter metrics' }).fill('up');
      await names.getByRole('button', { name: 'up', exact: true }).click();
      await page.waitForURL(/q=up/);
      await page.getByRole('img', { name: /^Graph of \d+ series/ }).waitFor();
    });
  });

  it('draw a query, isolate a series, and show its table', async () => {
    await on('/explore/metrics?q=up', async ({ page, region, shot }) => {
      await page.getByRole('img', { name: /^Graph of \d+ series/ }).locator('canvas').waitFor();
      const rows = page.getByRole('group', { name: 'Legend' }).getByRole('button');
      const count = await rows.count();
      await rows.first().click();
      if (count > 1) {
        assert.equal(await rows.nth(1).getAttribute('aria-pressed'), 'false');
      }
      await rows.first().click();
      assert.equal(await rows.first().getAttribute('aria-pressed'), 'true');
      await shot('metrics');
      await page.getByText('Table', { exact: true }).click();
      await page.waitForURL(/tab=table/);
      await region('Values of up').getByRole('table').waitFor();
      await page.getByText('Explain', { exact: true }).click();
      await page.waitForURL(/tab=explain/);
      await region('Cost of up').getByRole('meter').first().waitFor();
      await shot('metrics-explain');
    });
  });

  it('complete names while typing and run on Enter', async () => {
    await on('/explore/metrics', async ({ page }) => {
      await query(page).click();
      await page.keyboard.type('process_resident_mem', { delay: 15 });
      const option = page.getByRole('option', { name: /process_resident_memory_bytes/ });
      await option.first().waitFor();
      await page.waitForTimeout(150);
      await page.keyboard.press('Enter');
      await until('the completion is taken', async () => (await query(page).textContent()).includes('process_resident_memory_bytes'));
      await page.keyboard.press('Control+Enter');
      await page.waitForURL(/q=process_resident_memory_bytes/);
    });
  });

  it('mark an error at its position', async () => {
    const tab = await open(browser, site);
    tab.expectRefusals();
    await tab.goto('/explore/metrics?q=sum(');
    await tab.page.getByRole('alert').filter({ hasText: /At character \d+/ }).first().waitFor();
    await tab.page.locator('.cm-lintRange-error, .cm-lintPoint-error').first().waitFor();
    await tab.shot('metrics-error');
    await tab.close();
  });

  it('say so when a query finds nothing', async () => {
    await on('/explore/metrics?q=nothing_here_by_this_name', async ({ page }) => {
      await page.getByRole('note', { name: 'No data in this time range' }).waitFor();
    });
  });

  it('take a dragged range as the time range', async () => {
    await on('/explore/metrics?q=up', async ({ page }) => {
      const chart = page.getByRole('img', { name: /^Graph of/ });
      await chart.locator('canvas').waitFor();
      const box = await chart.boundingBox();
      await page.mouse.move(box.x + box.width * 0.4, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.6, box.y + 120, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL(/from=\d{13}/);
    });
  });
});

describe('logs', () => {
  it('go from a stream to lines, to one line’s labels', async () => {
    await on('/explore/logs', async ({ page, region, shot }) => {
      const streams = region('Log streams');
      await streams.getByRole('group', { name: /^Values of/ }).getByRole('button').first().click();
      await page.waitForURL(/q=/);
      const lines = page.getByRole('list', { name: 'Log lines, newest first' });
      await lines.getByRole('listitem').first().waitFor();
      await page.getByRole('img', { name: 'Log lines over time by level' }).locator('canvas').waitFor();
      await lines.getByRole('button').first().click();
      await page.getByLabel('Labels').first().waitFor();
      await shot('logs');
      await page.getByRole('textbox', { name: 'Line contains' }).fill('nothing_here_by_this_name');
      await page.keyboard.press('Enter');
      await page.getByRole('note', { name: 'No log line in this time range' }).waitFor();
    });
  });

  it('wrap, collapse and follow by switches kept in the address', async () => {
    await on('/explore/logs', async ({ page, region }) => {
      await region('Log streams').getByRole('group', { name: /^Values of/ }).getByRole('button').first().click();
      for (const [label, parameter] of [['Wrap', 'wrap'], ['Collapse repeats', 'dedupe'], ['Live', 'live']]) {
        await page.getByRole('switch', { name: label }).click({ force: true });
        await page.waitForURL(new RegExp(`${parameter}=1`));
      }
    });
  });

  it('show what is wrong with a query', async () => {
    const tab = await open(browser, site);
    tab.expectRefusals();
    await tab.goto('/explore/logs?q=%7Bservice_name%3D');
    await tab.page.getByRole('alert').first().waitFor();
    await tab.close();
  });
});

describe('traces', () => {
  it('are found and opened down to a span', async () => {
    await on('/traces', async ({ page, region, shot }) => {
      const found = region('Traces found');
      await found.getByRole('table').waitFor();
      await shot('traces');
      await found.getByRole('table').getByRole('link').first().click();
      const spans = page.getByRole('treegrid');
      await spans.getByRole('row').first().click();
      await page.getByRole('complementary', { name: 'Span' }).waitFor();
      await page.waitForURL(/span=[0-9a-f]{16}/);
      await spans.focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
      await page.getByRole('navigation', { name: 'Related' }).getByRole('link', { name: /^Logs of .* then$/ }).waitFor();
      await page.getByRole('navigation', { name: 'Related' }).getByRole('link', { name: /^Metrics of .* then$/ }).waitFor();
      await shot('trace');
      await page.getByText('Logs', { exact: true }).last().click();
      await region('Logs of the trace').waitFor();
    });
  });

  it('say so when none matches, and when one is not stored', async () => {
    const tab = await open(browser, site);
    tab.expectRefusals();
    await tab.goto('/traces?service=nothing_here');
    await tab.page.getByRole('note', { name: 'No trace matches in this time range' }).waitFor();
    await tab.goto('/traces/dead00000000000000000000000000ff');
    await tab.page.getByRole('alert').filter({ hasText: 'expired' }).waitFor();
    await tab.close();
  });
});

describe('operations', () => {
  it('list rules by state', async () => {
    await on('/alerts', async ({ page, shot }) => {
      await page.getByRole('textbox', { name: 'Filter rules' }).waitFor();
      const rules = page.locator('.rule-head');
      await until('rules, or that there are none', async () => (await rules.count()) > 0 || (await page.getByRole('note').count()) > 0);
      if ((await rules.count()) > 0) {
        await rules.first().click();
        await page.getByRole('link', { name: 'Explore', exact: true }).waitFor();
        await shot('alerts');
      }
      await page.getByRole('textbox', { name: 'Filter rules' }).fill('nothing_here');
      await page.getByRole('note').waitFor();
    });
  });

  it('list targets with their health', async () => {
    await on('/targets', async ({ page, shot }) => {
      await until('targets, or that there are none', async () => (await page.getByRole('table').count()) > 0 || (await page.getByRole('note').count()) > 0);
      await shot('targets');
      await page.getByRole('textbox', { name: 'Filter targets' }).fill('nothing_here');
      await page.getByRole('note').waitFor();
    });
  });

  it('show who makes how many series, who is cut, and what nobody queries', async () => {
    await on('/cardinality', async ({ page, region, shot }) => {
      await region('At a glance').waitFor();
      const metrics = page.getByRole('table', { name: 'Metrics' });
      await metrics.getByRole('columnheader', { name: 'Bytes in blocks' }).waitFor();
      await metrics.getByRole('cell', { name: site.isMock ? '14.2 GiB' : /^(–|[\d.]+ ([KMGT]i)?B)$/ }).first().waitFor();
      await shot('cardinality');
      await metrics.getByRole('button', { name: '24 h' }).click();
      await page.waitForURL(/sort=day/);
      await region(/by growth in 24 hours/).waitFor();
      await metrics.getByRole('columnheader', { name: '24 h ↓' }).waitFor();
      const by = (name) => page.getByRole('radiogroup', { name: 'Count by' }).getByText(name, { exact: true }).click();
      await by('Labels');
      await page.getByRole('table', { name: 'Labels' }).getByRole('button', { name: 'instance', exact: true }).click();
      await page.waitForURL(/focus=instance/);
      await region('Values of instance').waitFor();
      await shot('cardinality-focus');
      await by('Targets');
      await page.getByRole('table', { name: 'Targets' }).waitFor();
      await by('Unused');
      await region('Metrics that nobody queries').waitFor();
      await shot('cardinality-unused');
      await by('Metrics');
      await page.getByRole('textbox', { name: 'Series selector' }).fill('{job="nothing_here"}');
      await page.keyboard.press('Enter');
      await page.getByRole('note', { name: 'No series matches' }).waitFor();
    });
  });

  it('show what runs, end it, and tell what cost most', async () => {
    const tab = await open(browser, site);
    tab.expectRefusals();
    const { page, region, shot } = tab;
    await tab.goto('/queries');
    const active = page.getByRole('table', { name: 'Active queries' });
    const slow = site.isMock ? 'sum by (cluster, model)' : 'quantile_over_time(0.5, vector(1)[24h:100ms])';
    if (!site.isMock) {
      const end = Math.floor(Date.now() / 1000);
      const asked = `/api/v1/query_range?query=${encodeURIComponent(slow)}&start=${end - 36_000}&end=${end}&step=4`;
      await page.evaluate((path) => void fetch(path), asked);
    }
    const row = active.getByRole('row').filter({ hasText: slow });
    await row.waitFor();
    await shot('queries');
    await page.getByRole('textbox', { name: 'Filter queries' }).fill('nothing_here');
    await page.getByRole('note', { name: 'No active query matches' }).waitFor();
    await page.getByRole('textbox', { name: 'Filter queries' }).fill('');
    await row.getByRole('button', { name: /^Cancel query \d+$/ }).focus();
    await page.keyboard.press('Enter');
    await row.waitFor({ state: 'detached' });
    const top = page.getByRole('table', { name: 'Top queries' });
    await top.getByRole('button', { name: 'Samples read' }).click();
    await page.waitForURL(/by=samples/);
    await top.getByRole('columnheader', { name: 'Samples read ↓' }).waitFor();
    await top.getByRole('row').nth(1).waitFor();
    await shot('queries-top');
    await region('Top queries').getByRole('link').first().click();
    await page.waitForURL(/\/explore\/(metrics|logs)\?q=/);
    await tab.close();
  });

  it('show the status of the server', async () => {
    await on('/status', async ({ page, region, shot }) => {
      await region('Build').getByText('version', { exact: true }).waitFor();
      await region('Belvedere').waitFor();
      await shot('status');
      for (const [tab, name] of [['Configuration', 'Configuration in effect'], ['Flags', 'Flags']]) {
        await page.getByText(tab, { exact: true }).click();
        await region(name).waitFor();
      }
      assert.equal(await page.getByRole('alert').count(), 0);
    });
  });

  it('tell how to connect sources, with this server’s address', async () => {
    await on('/connect', async ({ page, region, shot }) => {
      await region('A running Prometheus').getByText(`${site.url}/api/v1/write`).waitFor();
      await shot('connect');
      await page.getByRole('button', { name: 'Copy the snippet for Loki clients' }).waitFor();
    });
  });
});
