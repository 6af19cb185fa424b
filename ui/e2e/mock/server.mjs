// A stand-in for the server: recorded shapes, invented values. It lets the screen be drawn and tested without a build of
// the rest, and holds what a real server cannot be asked for: a trace of 20,000 spans, 500 series, refused queries.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cardinality, unused } from './cardinality.mjs';
import { evaluate, families } from './families.mjs';
import { logStreams, logVolume, spans, traceSummary } from './events.mjs';
import { activeQueries, topQueries } from './queries.mjs';
import { rules, statusAnswers, targets } from './answers.mjs';

const ROOT = join(fileURLToPath(new URL('../..', import.meta.url)), 'target/classes/ui');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

// The server's own policy: what it forbids must not be missed by a page only once it is deployed.
const POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
  + "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const text = (value) => (value === Infinity ? '+Inf' : String(value));
const seconds = (value) => (/^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value) / 1000);
const ok = (data) => [200, { status: 'success', data }];
const refused = (error) => [400, { status: 'error', errorType: 'bad_data', error }];

function metricsApi(path, p) {
  const expr = p.get('query') ?? '';
  if (path === '/query' || path === '/query_range') {
    if (/\(\s*$|\{\s*$|^sum\)/.test(expr) || expr.includes('syntax error')) {
      return refused(`invalid parameter "query": 1:${Math.max(1, expr.indexOf('syntax error') + 1)}: parse error: unexpected end of input`);
    }
  }
  if (path === '/query') {
    const time = seconds(p.get('time') ?? String(Date.now() / 1000));
    return ok({ resultType: 'vector', result: evaluate(expr, time).map(({ labels, value }) => ({ metric: labels, value: [time, text(value)] })) });
  }
  if (path === '/query_range') {
    const [start, end, step] = ['start', 'end', 'step'].map((name) => seconds(p.get(name)));
    const found = new Map();
    for (let t = start; t <= end + 1e-6; t += step) {
      for (const { labels, value } of evaluate(expr, t)) {
        const key = JSON.stringify(labels);
        const one = found.get(key) ?? { metric: labels, values: [] };
        one.values.push([t, text(value)]);
        found.set(key, one);
      }
    }
    return ok({ resultType: 'matrix', result: [...found.values()] });
  }
  if (path === '/labels') {
    return ok(['__name__', ...new Set(Object.values(families).flatMap(([sets]) => Object.keys(sets[0])))]);
  }
  const label = /^\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (label) {
    return ok(label === '__name__' ? Object.keys(families).sort() : [...new Set(Object.values(families).flatMap(([sets]) => sets.map((one) => one[label])).filter(Boolean))].sort());
  }
  if (path === '/series') {
    return ok(Object.entries(families).flatMap(([__name__, [sets]]) => sets.slice(0, 3).map((one) => ({ __name__, ...one }))));
  }
  if (path === '/metadata') {
    return ok(Object.fromEntries(Object.keys(families).map((name) => [name, [{ type: name.endsWith('_total') ? 'counter' : 'gauge', help: `Help of ${name}.`, unit: '' }]])));
  }
  if (path === '/rules' || path === '/alerts') {
    const groups = rules(Date.now());
    return ok(path === '/rules' ? { groups } : { alerts: groups.flatMap((group) => group.rules.flatMap((rule) => rule.alerts ?? [])) });
  }
  if (path === '/targets') {
    return ok(targets(Date.now()));
  }
  return statusAnswers[path] ? ok(statusAnswers[path]) : [404, { status: 'error', errorType: 'not_found', error: `no such path: ${path}` }];
}

function lokiApi(path, p) {
  if (path === '/labels') {
    return ok(['detected_level', 'host_name', 'service_name']);
  }
  if (path.startsWith('/label/')) {
    return ok(path.includes('service_name') ? ['gateway', 'vllm-router', 'trainer', 'tokeniser'] : ['info', 'debug', 'warn', 'error']);
  }
  const query = p.get('query') ?? '';
  if (!query.includes('}')) {
    return [400, 'parse error at line 1, col 2: syntax error: unexpected $end'];
  }
  const [start, end] = ['start', 'end'].map((name) => Number(BigInt(p.get(name)) / 1_000_000n));
  if (query.includes('nothing_here')) {
    return ok({ resultType: query.startsWith('{') ? 'streams' : 'matrix', result: [] });
  }
  if (query.trimStart().startsWith('{')) {
    return ok({ resultType: 'streams', result: logStreams(start, end, Number(p.get('limit') ?? 100), /\|=\s*"([^"]*)"/.exec(query)?.[1]) });
  }
  return ok({ resultType: 'matrix', result: logVolume(start / 1000, end / 1000, Number(p.get('step'))) });
}

function ownApi(path, p, { method, active }) {
  const ended = /^\/queries\/(\d+)$/.exec(path)?.[1];
  if (ended && method === 'DELETE') {
    return active.end(Number(ended)) ? [204, ''] : [404, { error: { code: 'not_found', message: `no active query has the id "${ended}"` } }];
  }
  if (path === '/queries') {
    return [200, active.list(Date.now())];
  }
  if (path === '/queries/top') {
    return [200, topQueries(p, Date.now())];
  }
  const trace = /^\/traces\/([^/]+)(\/logs)?$/.exec(path);
  if (trace) {
    const [, id, logs] = trace;
    if (id.startsWith('dead')) {
      return [404, { error: { code: 'not_found', message: `no trace ${id} is stored: it may have expired` } }];
    }
    const base = Date.now() - 60_000;
    if (logs) {
      return [200, { records: Array.from({ length: 12 }, (_, i) => ({ timeNanos: `${Math.floor(base) + i * 40}000000`, line: i === 7 ? 'CUDA out of memory' : `step ${i} done`, severity: i === 7 ? 'error' : 'info', labels: { service_name: 'vllm' }, attributes: {}, spanId: (i + 1).toString(16).padStart(16, '0') })) }];
    }
    return [200, { traceId: id, spans: spans(id, id.startsWith('20000') ? 20_000 : 21, base) }];
  }
  if (path === '/traces') {
    const wanted = p.get('service');
    const end = seconds(p.get('end')) * 1000;
    const count = wanted === 'nothing_here' ? 0 : Math.min(40, Number(p.get('limit') ?? 20));
    return [200, { traces: Array.from({ length: count }, (_, i) => traceSummary(i, end)) }];
  }
  if (path === '/services') {
    return [200, { services: ['feature-store', 'gateway', 'vllm', 'vllm-router'] }];
  }
  if (path.startsWith('/services/')) {
    return [200, { operations: [{ name: 'POST /v1/chat/completions', kind: 'server' }, { name: 'route', kind: 'internal' }] }];
  }
  if (path === '/queries/explain') {
    const cost = { evaluations: 1, steps: 240, once: false, blocksRead: 2 };
    const read = { ...cost, node: 'VectorSelector', expr: 'up', series: 12, seconds: 0.003, cpuSeconds: 0.002, totalSeconds: 0.003, samplesRead: 2880, children: [] };
    const plan = { ...cost, node: 'AggregateExpr', expr: p.get('query'), series: 1, seconds: 0.001, cpuSeconds: 0.0008, totalSeconds: 0.004, samplesRead: 2880, children: [read] };
    return [200, { query: p.get('query'), steps: 240, cache: 'by step', stats: { timings: { execTotalTime: 0.004, execQueueTime: 0 } }, plan }];
  }
  if (path === '/cardinality') {
    return [200, cardinality(p, Date.now())];
  }
  if (path === '/cardinality/unused') {
    return [200, unused(Date.now())];
  }
  return path === '/status' ? [200, statusAnswers.own] : [404, { error: { code: 'not_found', message: 'no such path' } }];
}

async function file(path) {
  const name = normalize(path).replace(/^(\.\.[/\\])+/, '');
  for (const candidate of extname(name) ? [name] : ['/index.html']) {
    try {
      return { body: await readFile(join(ROOT, candidate)), type: TYPES[extname(candidate)] ?? 'application/octet-stream' };
    } catch {
      return undefined;
    }
  }
}

async function body(request) {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** Starts the mock; with `empty` every store answers as on a fresh installation. */
export async function startMock(port = 0, { empty = false } = {}) {
  const active = activeQueries();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    const p = new URLSearchParams(request.method === 'POST' ? await body(request) : url.search);
    const api = [['/api/belvedere/v1', ownApi], ['/loki/api/v1', lokiApi], ['/api/v1', metricsApi]].find(([base]) => url.pathname.startsWith(`${base}/`));
    if (!api) {
      const found = await file(url.pathname);
      response.writeHead(found ? 200 : 404, { 'Content-Type': found?.type ?? 'text/plain', 'Content-Security-Policy': POLICY }).end(found?.body ?? 'not found');
      return;
    }
    const [status, answer] = empty ? emptyAnswer(url.pathname) : api[1](url.pathname.slice(api[0].length), p, { method: request.method, active });
    const isText = typeof answer === 'string';
    response.writeHead(status, { 'Content-Type': isText ? 'text/plain' : 'application/json' }).end(isText ? answer : JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

function emptyAnswer(path) {
  const last = path.split('/').at(-1);
  const answers = {
    query: { resultType: 'vector', result: [] }, query_range: { resultType: path.startsWith('/loki') ? 'streams' : 'matrix', result: [] },
    rules: { groups: [] }, alerts: { alerts: [] }, targets: { activeTargets: [], droppedTargets: [] }, metadata: {},
  };
  if (path.startsWith('/api/belvedere')) {
    const none = { total: 0, active: 0, newInHour: 0, newInDay: 0, before: [] };
    const cardinality = { beforeSeconds: [], series: none, metrics: [], labels: [], pairs: [], targets: [], focus: { label: '', count: 0, values: [] }, cuts: [] };
    return [200, { ...cardinality, queries: [], running: 0, waiting: 0, maxConcurrent: 20, maxQueued: 200, traces: [], services: [], operations: [], records: [], version: '0.1.0' }];
  }
  return path.includes('/status/') ? ok(statusAnswers[`/status/${last}`] ?? {}) : ok(answers[last] ?? []);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startMock(Number(process.env.PORT ?? 0), { empty: process.env.EMPTY === '1' });
  console.log(url);
}
