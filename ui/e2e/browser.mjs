// Chromium for the tests: where it is, what it may do, and what counts as a fault on any page.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startMock } from './mock/server.mjs';

const SCREENSHOTS = join(fileURLToPath(new URL('..', import.meta.url)), 'target/screenshots');
const CANDIDATES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];
/** For what must come: the machine may be shared, or stop for a while. Only a hang takes so long. */
const PATIENCE_MILLIS = 180_000;

/** Main-thread CPU that `compute` takes on the machine that the bounds are for. */
const REFERENCE_SECONDS = 0.2;

export async function launch() {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path));
  assert.ok(executablePath, 'no chromium: apt-get install -y chromium, or name one in CHROMIUM');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** The running server named by BASE_URL, else the mock. */
export async function server(options) {
  if (process.env.BASE_URL && !options) {
    return { url: process.env.BASE_URL.replace(/\/$/, ''), isMock: false, close: async () => {} };
  }
  return { ...(await startMock(0, options)), isMock: true };
}

/** A page that remembers console errors and requests to other origins; `check` fails on any. */
export async function open(browser, site, { scheme = 'dark', width = 1440, height = 900 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale: 'en-GB', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MILLIS);
  const faults = [];
  const expected = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // The browser itself logs each answer of status 400 and up; a test that asks for one says so.
    if (message.type() === 'error' && !expected.some((pattern) => pattern.test(message.text()))) {
      faults.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== site.url) {
      faults.push(`request to another machine: ${url.href}`);
    }
  });
  return {
    page,
    context,
    expectRefusals: () => expected.push(/Failed to load resource/),
    goto: (path) => page.goto(site.url + path),
    region: (name) => page.getByRole('region', { name, exact: true }),
    shot: async (name) => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
    close: async () => {
      await context.close();
      assert.deepEqual(faults, [], 'the page logged errors or left the machine');
    },
  };
}

function compute() {
  let sum = 0;
  for (let i = 0; i < 50_000_000; i++) {
    sum = (Math.imul(sum, 31) + i) | 0;
  }
  return sum;
}

/** Measures the main-thread CPU of a page: `spent` so far, and how many times `slower` than the bounds assume the machine is. */
export async function cpu(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
  const before = await spent();
  await page.evaluate(compute);
  return { spent, slower: Math.max(1, ((await spent()) - before) / REFERENCE_SECONDS) };
}

/** Waits until the condition holds; says what was waited for when it does not. */
export async function until(what, condition, patienceMillis = PATIENCE_MILLIS) {
  const deadline = Date.now() + patienceMillis;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
