// axe-core over every page in both colour schemes: nothing of serious impact.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { launch, open, server, until } from './browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  '/', '/hosts', '/explore/metrics', '/explore/metrics?q=up', '/explore/metrics?q=up&tab=table', '/explore/logs',
  '/explore/logs?q=%7Bservice_name%3D~%22.%2B%22%7D', '/traces', '/alerts', '/targets', '/cardinality?focus=pod', '/cardinality?by=unused', '/queries', '/status', '/connect',
];

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

for (const scheme of ['dark', 'light']) {
  describe(`in ${scheme} colours`, () => {
    it('no page has an obstacle of serious impact', async () => {
      const tab = await open(browser, site, { scheme });
      const found = [];
      for (const path of PAGES) {
        await tab.goto(path);
        await tab.page.getByRole('heading', { level: 1 }).waitFor();
        await tab.page.waitForLoadState('networkidle');
        await until('the page is loaded', async () => (await tab.page.getByRole('status', { name: /^Loading/ }).count()) === 0);
        await tab.page.evaluate(AXE);
        const { violations } = await tab.page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }));
        for (const { id, impact, nodes } of violations) {
          if (impact === 'serious' || impact === 'critical') {
            const kinds = new Set(nodes.map(({ html, any }) => `${html.slice(0, 90)} ${any[0]?.message ?? ''}`));
            found.push(`${path}: ${id} (${impact}): ${[...kinds].slice(0, 5).join(' | ')}`);
          }
        }
      }
      await tab.close();
      assert.deepEqual(found, []);
    });
  });
}
