const alert = (name, severity, labels, summary, now, agoMillis, value, state = 'firing') => ({
  labels: { alertname: name, severity, ...labels },
  annotations: { summary },
  state,
  activeAt: new Date(now - agoMillis).toISOString(),
  value: String(value),
});

function alerting(name, query, severity, summary, now, alerts = [], state = alerts[0]?.state ?? 'inactive') {
  return {
    type: 'alerting', name, query, duration: 60, keepFiringFor: 0, labels: { severity }, annotations: { summary }, alerts, state,
    health: 'ok', evaluationTime: 0.0008, lastEvaluation: new Date(now - 4000).toISOString(),
  };
}

export function rules(now) {
  return [
    {
      name: 'gpu', file: 'demo/rules/gpu.yml', interval: 15, evaluationTime: 0.0031, lastEvaluation: new Date(now - 4000).toISOString(),
      rules: [
        alerting('GpuFellOffTheBus', 'DCGM_FI_DEV_XID_ERRORS == 79', 'critical', 'GPU 5 of gpu-node-3 fell off the bus (XID 79)', now, [
          alert('GpuFellOffTheBus', 'critical', { hostname: 'gpu-node-3', gpu: '5' }, 'GPU 5 of gpu-node-3 fell off the bus (XID 79)', now, 740_000, 79),
        ]),
        alerting('GpuTooHot', 'DCGM_FI_DEV_GPU_TEMP > 85', 'warning', 'GPU 2 of gpu-node-5 is at 91 °C', now, [
          alert('GpuTooHot', 'warning', { hostname: 'gpu-node-5', gpu: '2' }, 'GPU 2 of gpu-node-5 is at 91 °C', now, 42_000, 91.2, 'pending'),
        ]),
        { type: 'recording', name: 'node:gpu_power:sum', query: 'sum by (hostname) (DCGM_FI_DEV_POWER_USAGE)', labels: {}, health: 'ok', evaluationTime: 0.0011, lastEvaluation: new Date(now - 4000).toISOString() },
      ],
    },
    {
      name: 'serving', file: 'demo/rules/serving.yml', interval: 15, evaluationTime: 0.0012, lastEvaluation: new Date(now - 6000).toISOString(),
      rules: [
        alerting('QueueBuildsUp', 'sum by (model_name) (vllm:num_requests_waiting) > 20', 'warning', 'Requests for llama-3.1-70b wait', now, [
          alert('QueueBuildsUp', 'warning', { model_name: 'llama-3.1-70b' }, 'Requests for llama-3.1-70b wait', now, 190_000, 27),
        ]),
        alerting('SlowFirstToken', 'histogram_quantile(0.95, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m]))) > 2', 'warning', 'First tokens are slow', now),
        { ...alerting('Broken', 'sum(rate(', 'warning', 'never', now), health: 'err', lastError: 'parse error: unexpected end of input' },
      ],
    },
  ];
}

export function targets(now) {
  const target = (scrapePool, instance, health, lastError = '') => ({
    discoveredLabels: { __address__: instance, job: scrapePool }, labels: { instance, job: scrapePool }, scrapePool,
    scrapeUrl: `http://${instance}/metrics`, globalUrl: `http://${instance}/metrics`, lastError,
    lastScrape: health === 'unknown' ? '0001-01-01T00:00:00Z' : new Date(now - 6000).toISOString(), lastScrapeDuration: 0.0124, health,
    scrapeInterval: '15s', scrapeTimeout: '10s',
  });
  return {
    activeTargets: [
      ...Array.from({ length: 8 }, (_, i) => target('node', `gpu-node-${i + 1}:9100`, 'up')),
      target('node', 'gpu-node-9:9100', 'down', 'connect to gpu-node-9:9100: connection refused'),
      ...Array.from({ length: 8 }, (_, i) => target('dcgm', `gpu-node-${i + 1}:9400`, 'up')),
      target('vllm', 'serve-1:8000', 'up'),
      target('vllm', 'serve-2:8000', 'unknown'),
    ],
    droppedTargets: [{ discoveredLabels: { __address__: 'old-node:9100', job: 'node' } }],
  };
}

export const statusAnswers = {
  '/status/buildinfo': { version: '0.1.0', revision: '4682d99', branch: 'main', buildUser: '', buildDate: '', goVersion: 'n/a', javaVersion: '25' },
  '/status/runtimeinfo': { startTime: '2026-01-02T03:04:05Z', CWD: '/srv/belvedere', reloadConfigSuccess: true, storageRetention: '15d', serverTime: '2026-01-02T04:04:05Z' },
  '/status/flags': { 'storage.retention': '15d', 'query.timeout': '2m', 'query.max-samples': '50000000', 'listen': '127.0.0.1:9090' },
  '/status/config': { yaml: 'global:\n  scrape_interval: 15s\nscrape_configs:\n  - job_name: node\n    static_configs:\n      - targets: [gpu-node-1:9100]\n' },
  own: {
    version: '0.1.0', uptimeSeconds: 5412, listeners: [{ address: '127.0.0.1:9090', faces: 'all' }, { address: '127.0.0.1:4317', faces: 'otlp grpc' }],
    stores: { metrics: { series: 48211, samples: 91222333, bytes: 81222333 }, logs: { records: 1220333, bytes: 41222333 }, traces: { spans: 340222, bytes: 9122333 } },
    doors: [{ door: 'scrape', receivedTotal: 912223, rejectedTotal: 0 }, { door: 'otlp', receivedTotal: 340222, rejectedTotal: 12 }, { door: 'loki', receivedTotal: 1220333, rejectedTotal: 3 }],
    process: { residentMemoryBytes: 241222333, heapBytes: 121222333, threads: 61 },
  },
};
