/** Grew evenly by the given share of what is active now, most of it in the last two days. */
const count = (total, active, newInHour = 0, newInDay = 0, grown = newInDay / 2) => ({
  total,
  active,
  newInHour,
  newInDay,
  before: [2, 1.9, 1.95, 1.8, 1.7, 1.2, 1, newInHour / Math.max(1, newInDay)].map((part) => Math.max(0, Math.round(active - part * grown))),
});

const METRICS = [
  ['http_requests_total', count(412_300, 96_100, 18_400, 143_000), 15_246_000_000, 0, 'rules'],
  ['kube_pod_labels', count(88_210, 21_004, 310, 9_800), 402_000_000, 3, 'dashboards'],
  ['container_memory_working_set_bytes', count(61_400, 60_900, 12, 240), 2_310_000_000, 0, 'dashboards'],
  ['DCGM_FI_DEV_GPU_UTIL', count(5_120, 5_120), 611_000_000, 0, 'rules'],
  ['vllm:time_to_first_token_seconds_bucket', count(4_480, 4_300, 0, 128), 93_400_000, 1, 'dashboards'],
  ['process_debug_allocations', count(3_900, 3_900, 0, 40), 0, undefined, 'api'],
];

const usage = (minutes, by, now) => ({
  lastQueriedMillis: minutes === undefined ? null : now - minutes * 60_000,
  rules: by === 'rules' ? 12_400 : 0,
  dashboards: by === 'dashboards' ? 310 : 0,
  api: 0,
});

const metrics = (now) => METRICS.map(([name, series, bytes, minutes, by]) => ({ name, series, bytes, usage: usage(minutes, by, now) }));

/** A store in which one metric has a label that varies without end. */
export function cardinality(p, now) {
  const focus = p.get('focus') ?? '';
  const all = count(612_480, 214_300, 18_722, 153_208);
  const none = p.get('match')?.includes('nothing_here');
  return {
    series: none ? count(0, 0) : all,
    beforeSeconds: [604_800, 518_400, 432_000, 345_600, 259_200, 172_800, 86_400, 3_600],
    metricCount: 1_204,
    metrics: metrics(now),
    labelCount: 87,
    labels: [
      { name: '__name__', values: 1_204, series: all },
      { name: 'user', values: 143_002, series: count(412_300, 96_100, 18_400, 143_000) },
      { name: 'instance', values: 164, series: count(611_000, 214_000, 18_700, 153_000) },
      { name: 'pod', values: 2_310, series: count(160_000, 81_000, 322, 10_040) },
    ],
    pairs: [
      { name: '__name__', value: 'http_requests_total', series: count(412_300, 96_100, 18_400, 143_000) },
      { name: 'job', value: 'gateway', series: count(410_100, 95_000, 18_100, 142_000) },
    ],
    targetCount: 164,
    targets: [
      { job: 'gateway', instance: 'gateway-0:8080', series: count(410_100, 95_000, 18_100, 142_000) },
      { job: 'kube-state-metrics', instance: 'ksm:8080', series: count(96_000, 24_000, 400, 10_400) },
      { job: '', instance: '', series: count(310, 310) },
    ],
    focus: {
      label: focus,
      count: focus === '' ? 0 : 143_002,
      values: focus === '' ? [] : Array.from({ length: 12 }, (_, i) => ({ name: `value-${i}`, series: count(900 - 60 * i, 120 - 9 * i) })),
    },
    cuts: [
      { scope: 'metric', name: 'http_requests_total', active: 96_100, limit: 96_000, limitKey: 'data.maxSeriesPerMetric', refused: 48_211, sinceMillis: now - 1_140_000 },
    ],
    usageSinceMillis: now - 40 * 86_400_000,
  };
}

export function unused(now) {
  const found = metrics(now).slice(-1).map(({ bytes: _, ...metric }) => metric);
  return { metricCount: 1, seriesCount: 3_900, metrics: found, usageSinceMillis: now - 40 * 86_400_000 };
}
