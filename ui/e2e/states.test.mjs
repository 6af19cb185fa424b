// What a running server cannot be asked for: nothing stored, nothing reachable, a trace of 20,000 spans, 500 series.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cpu, launch, open, server, until } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

async function withMock(options, path, use) {
  const site = await server(options);
  const tab = await open(browser, site);
  try {
    await tab.goto(path);
    await use(tab);
    await tab.close();
  } finally {
    await site.close();
  }
}

describe('an empty installation', () => {
  for (const [path, title] of [
    ['/explore/metrics', 'No metrics yet'],
    ['/explore/logs', 'No logs in this time range'],
    ['/traces', 'No trace matches in this time range'],
    ['/alerts', 'No rules are loaded'],
    ['/targets', 'Nothing is scraped yet'],
    ['/hosts', 'No host reports'],
    ['/cardinality', 'Nothing is stored yet'],
  ]) {
    it(`tells at ${path} what is missing and how to connect it`, async () => {
      await withMock({ empty: true }, path, async ({ page }) => {
        const note = page.getByRole('note', { name: title });
        await note.getByRole('link').waitFor();
      });
    });
  }

  it('has no queries yet', async () => {
    await withMock({ empty: true }, '/queries', async ({ page }) => {
      await page.getByRole('note', { name: 'No query is active' }).waitFor();
      await page.getByRole('note', { name: 'No query has been answered yet' }).waitFor();
    });
  });

  it('has an overview that names each missing source', async () => {
    await withMock({ empty: true }, '/', async ({ page, shot }) => {
      await until('six tiles say how to connect', async () => (await page.getByRole('note', { name: 'Not connected' }).count()) === 6);
      await shot('overview-empty');
    });
  });
});

describe('a server that is away', () => {
  it('is named on every page, with a way to try again', async () => {
    const site = await server({});
    const tab = await open(browser, site);
    tab.expectRefusals();
    await tab.page.route(/\/(api|loki)\//, (route) => route.abort());
    for (const path of ['/alerts', '/targets', '/cardinality', '/queries', '/explore/metrics', '/explore/logs', '/traces', '/status', '/hosts', '/']) {
      await tab.goto(path);
      await tab.page.getByRole('alert').filter({ hasText: 'Belvedere does not answer' }).first().waitFor();
    }
    await tab.page.unroute(/\/(api|loki)\//);
    await tab.goto('/targets');
    await tab.page.getByRole('table').first().waitFor();
    await tab.close();
    await site.close();
  });

  it('shows that a page is loading until it answers', async () => {
    const site = await server({});
    const tab = await open(browser, site);
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await tab.page.route(/\/api\/v1\/targets/, async (route) => {
      await held;
      await route.continue();
    });
    await tab.goto('/targets');
    await tab.page.getByRole('status', { name: 'Loading the targets' }).waitFor();
    release();
    await tab.page.getByRole('table').first().waitFor();
    await tab.close();
    await site.close();
  });
});

describe('much at once', () => {
  it('is a trace of 20,000 spans with few rows in the document', async () => {
    await withMock({}, '/traces/2000000000000000000000000000000a', async ({ page, shot }) => {
      const spans = page.getByRole('treegrid', { name: '20000 spans' });
      await spans.getByRole('row').first().waitFor();
      assert.ok((await spans.getByRole('row').count()) < 80);
      await spans.focus();
      await page.keyboard.press('End');
      await page.waitForURL(/span=[0-9a-f]{16}/);
      await until('the last span is in sight', () => spans.evaluate((element) => element.scrollTop + element.clientHeight > element.scrollHeight - 30));
      await page.getByRole('textbox', { name: 'Find spans' }).fill('prefill');
      await shot('trace-20000');
    });
  });

  it('is 500 series of 1,000 points that still follow the mouse', async () => {
    await withMock({}, '/explore/metrics?q=many_series&step=3s&from=now-50m&to=now&refresh=off', async ({ page, shot }) => {
      const chart = page.getByRole('img', { name: 'Graph of 500 series' });
      await chart.locator('canvas').waitFor();
      const box = await chart.boundingBox();
      const { spent, slower } = await cpu(page);
      await page.mouse.move(box.x + 200, box.y + 100);
      await page.locator('.chart-tooltip .row').first().waitFor();
      const before = await spent();
      const moves = 20;
      for (let i = 0; i < moves; i++) {
        await page.mouse.move(box.x + 220 + i * 20, box.y + 100 + i);
      }
      const perMove = ((await spent()) - before) / moves / slower;
      console.log(`500 x 1000: ${(1000 * perMove).toFixed(1)} ms of main-thread CPU per mouse move`);
      assert.ok(perMove < 0.05, `a mouse move costs ${perMove} s`);
      assert.ok((await page.getByRole('group', { name: 'Legend' }).getByRole('button').count()) < 60);
      await shot('metrics-500');
    });
  });
});
