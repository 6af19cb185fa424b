// The metric families of the mock: label sets and a smooth value for each moment. Deterministic, no clock but the query's.

const nodes = Array.from({ length: 8 }, (_, i) => `gpu-node-${i + 1}`);
const gpus = nodes.flatMap((hostname, n) =>
  Array.from({ length: 8 }, (_, g) => ({ hostname, gpu: String(g), UUID: `GPU-${n}${g}a`, modelName: 'NVIDIA H100 80GB HBM3', job: 'dcgm', instance: `${hostname}:9400` })),
);
const hosts = nodes.map((name) => ({ job: 'node', instance: `${name}:9100` }));
const runs = [
  { run: 'llama-70b-sft', model: 'llama-70b', job: 'train' },
  { run: 'sdxl-finetune', model: 'sdxl', job: 'train' },
];
const engines = [0, 1].map((i) => ({ model_name: 'llama-3.1-70b', engine: String(i), job: 'vllm', instance: `serve-${i + 1}:8000` }));

function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  }
  return (h >>> 0) / 4294967296;
}

const wave = (labels, t, period = 900) => {
  const phase = hash(JSON.stringify(labels));
  return 0.5 + 0.32 * Math.sin((t / period + phase) * 6.283) + 0.12 * Math.sin((t / 67 + phase * 7) * 6.283) + 0.06 * Math.sin((t / 11 + phase * 3) * 6.283);
};
const between = (low, high, period) => (labels, t) => low + (high - low) * wave(labels, t, period);
const idle = ({ hostname, gpu }) => hostname === 'gpu-node-7' || (hostname === 'gpu-node-3' && gpu === '5');

export const families = {
  up: [[...hosts, ...engines.map(({ job, instance }) => ({ job, instance })), { job: 'belvedere', instance: 'localhost:9090' }, { job: 'node', instance: 'gpu-node-9:9100' }], (l) => (l.instance === 'gpu-node-9:9100' ? 0 : 1)],
  DCGM_FI_DEV_GPU_UTIL: [gpus, (l, t) => (idle(l) ? 0 : 70 + 30 * wave(l, t))],
  DCGM_FI_PROF_SM_ACTIVE: [gpus, (l, t) => (idle(l) ? 0.01 : 0.5 + 0.45 * wave(l, t))],
  DCGM_FI_PROF_GR_ENGINE_ACTIVE: [gpus, (l, t) => (idle(l) ? 0.01 : 0.6 + 0.38 * wave(l, t))],
  DCGM_FI_DEV_FB_USED: [gpus, (l, t) => (idle(l) ? 900 : 52000 + 26000 * wave(l, t, 5000))],
  DCGM_FI_DEV_FB_FREE: [gpus, (l, t) => (idle(l) ? 80659 : 28000 - 26000 * wave(l, t, 5000))],
  DCGM_FI_DEV_GPU_TEMP: [gpus, (l, t) => (idle(l) ? 34 : 58 + 22 * wave(l, t)) + (l.hostname === 'gpu-node-5' && l.gpu === '2' ? 14 : 0)],
  DCGM_FI_DEV_POWER_USAGE: [gpus, (l, t) => (idle(l) ? 72 : 430 + 250 * wave(l, t))],
  DCGM_FI_DEV_XID_ERRORS: [gpus, (l) => (l.hostname === 'gpu-node-3' && l.gpu === '5' ? 79 : 0)],
  ml_training_loss: [runs, (l, t) => 1.4 + 1.1 * Math.exp(-(t % 7200) / 2500) + 0.05 * wave(l, t, 40)],
  ml_training_step: [runs, (l, t) => Math.floor((t % 7200) * (l.run === 'sdxl-finetune' ? 0.9 : 0.25)) + 12000],
  ml_training_steps: [runs, () => 24000],
  ml_training_tokens_per_second: [runs, between(118000, 131000)],
  'vllm:num_requests_running': [engines, between(18, 62)],
  'vllm:num_requests_waiting': [engines, (l, t) => Math.max(0, 30 * (wave(l, t) - 0.55))],
  'vllm:kv_cache_usage_perc': [engines, between(0.4, 0.93)],
  'vllm:e2e_request_latency_seconds_bucket': [engines, between(0.9, 1.5)],
  'vllm:time_to_first_token_seconds_bucket': [engines, between(0.08, 0.2)],
  'vllm:request_success_total': [engines, between(4, 9)],
  'vllm:generation_tokens_total': [engines, between(1800, 3300)],
  'vllm:prompt_tokens_total': [engines, between(6800, 9300)],
  pipeline_last_success_timestamp_seconds: [
    [{ pipeline: 'tokenise-web' }, { pipeline: 'embed-docs' }, { pipeline: 'features-daily' }],
    (l, t) => t - (l.pipeline === 'embed-docs' ? 9200 : 420),
  ],
  pipeline_runs_total: [[{ pipeline: 'tokenise-web', status: 'success' }, { pipeline: 'embed-docs', status: 'failed' }], between(1, 4)],
  node_gpu_hourly_cost: [nodes.map((node, i) => ({ node, team: ['foundation', 'vision', 'assistants'][Math.floor(i / 3)], job: 'prices' })), () => 3.49 * 8],
  node_gpu_count: [nodes.map((node) => ({ node, job: 'prices' })), () => 8],
  team_gpu_budget_dollars_per_hour: [[{ team: 'foundation' }, { team: 'vision' }, { team: 'assistants' }], (l) => ({ foundation: 90, vision: 80, assistants: 60 })[l.team]],
  diffusion_queue_depth: [[{ model: 'stable-diffusion-xl', model_name: 'stable-diffusion-xl' }], between(0, 9)],
  ml_training_rank_compute_seconds: [[{ run: 'llama-70b-sft', rank: '13' }], () => 1.55],
  node_cpu_seconds_total: [hosts, between(0.1, 0.75)],
  node_load1: [hosts, between(2, 30)],
  node_memory_MemAvailable_bytes: [hosts, between(2.4e11, 6.1e11)],
  node_memory_MemTotal_bytes: [hosts, () => 1.08e12],
  node_filesystem_avail_bytes: [hosts, between(8e11, 3e12)],
  node_filesystem_size_bytes: [hosts, () => 3.8e12],
  node_network_receive_bytes_total: [hosts.flatMap((h) => ['eth0', 'ib0'].map((device) => ({ ...h, device }))), between(1e8, 3e9)],
  node_network_transmit_bytes_total: [hosts.flatMap((h) => ['eth0', 'ib0'].map((device) => ({ ...h, device }))), between(1e8, 3e9)],
  node_disk_read_bytes_total: [hosts.map((h) => ({ ...h, device: 'nvme0n1' })), between(1e6, 9e8)],
  node_disk_written_bytes_total: [hosts.map((h) => ({ ...h, device: 'nvme0n1' })), between(1e6, 9e8)],
  node_disk_io_time_seconds_total: [hosts.map((h) => ({ ...h, device: 'nvme0n1' })), between(0.01, 0.7)],
  node_pressure_cpu_waiting_seconds_total: [hosts, between(0, 0.2)],
  node_pressure_memory_waiting_seconds_total: [hosts, between(0, 0.05)],
  node_pressure_io_waiting_seconds_total: [hosts, between(0, 0.3)],
  node_context_switches_total: [hosts, between(2e4, 9e4)],
  node_filefd_allocated: [hosts, between(2e3, 9e3)],
  node_boot_time_seconds: [hosts, () => 1.79e9],
  node_uname_info: [hosts.map((h) => ({ ...h, nodename: h.instance.split(':')[0], release: '6.8.0' })), () => 1],
  belvedere_http_requests_total: [[{ route: '/api/v1/query', status: '200', job: 'belvedere', instance: 'localhost:9090' }], between(2, 11)],
  belvedere_ingest_samples_total: [[{ protocol: 'otlp' }], between(4000, 5200)],
  belvedere_ingest_log_records_total: [[{ protocol: 'loki' }], between(800, 1200)],
  belvedere_ingest_spans_total: [[{ protocol: 'otlp' }], between(300, 700)],
  belvedere_tsdb_series: [[{ job: 'belvedere' }], () => 48211],
  process_resident_memory_bytes: [[{ job: 'belvedere', instance: 'localhost:9090' }], between(2.1e8, 2.6e8)],
  many_series: [Array.from({ length: 500 }, (_, i) => ({ job: 'many', shard: String(i) })), between(0, 100)],
};

const NAME = new RegExp(`(?<![\\w:])(${Object.keys(families).sort((a, b) => b.length - a.length).join('|')})(?![\\w:])`);
const KNOWN_EMPTY = /\b(absent|nothing_here)\b/;

function finish(expr, value, time) {
  if (/timestamp\(/.test(expr)) {
    return 4;
  }
  return /^\s*time\(\) - /.test(expr) ? time - value : /\/ node_filesystem_size_bytes/.test(expr) ? 1 - value / 3.8e12 : /\/ node_memory_MemTotal_bytes/.test(expr) ? 1 - value / 1.08e12 : value;
}

/** Enough of PromQL to draw pages with: the first family, grouped by the first `by`, moved by a quantile. */
export function evaluate(expr, time) {
  const constant = /^\s*(-?\d+(\.\d+)?)\s*$/.exec(expr);
  if (constant) {
    return [{ labels: {}, value: Number(constant[1]) }];
  }
  const name = NAME.exec(expr)?.[1];
  if (!name || KNOWN_EMPTY.test(expr)) {
    return [];
  }
  const [sets, valueAt] = families[name];
  const matchers = [...(new RegExp(`${name.replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&')}\\{([^}]*)\\}`).exec(expr)?.[1] ?? '').matchAll(/(\w+)\s*(=~|=|!=)\s*"([^"]*)"/g)];
  const kept = sets.filter((labels) =>
    matchers.every(([, key, operator, value]) => {
      const actual = labels[key] ?? '';
      return operator === '=' ? actual === value : operator === '!=' ? actual !== value : new RegExp(`^(?:${value})$`).test(actual);
    }),
  );
  const by = /\bby\s*\(([^)]*)\)/.exec(expr)?.[1]?.split(',').map((one) => one.trim()).filter((one) => one !== 'le');
  const aggregates = /\b(sum|avg|max|min|count|topk|quantile)\b\s*(by\s*\([^)]*\)\s*)?\(/.test(expr);
  const groups = new Map();
  for (const labels of kept) {
    const group = !aggregates ? { __name__: name, ...labels } : Object.fromEntries((by ?? []).map((key) => [key, labels[key]]).filter(([, v]) => v !== undefined));
    const key = JSON.stringify(group);
    const entry = groups.get(key) ?? { labels: group, values: [] };
    entry.values.push(valueAt(labels, time));
    groups.set(key, entry);
  }
  const quantile = Number(/histogram_quantile\(\s*([\d.]+)/.exec(expr)?.[1] ?? 0);
  const combine = /\bcount\b/.test(expr) ? (v) => v.length : /\b(avg|max|min|histogram_quantile)\b/.test(expr) ? (v) => v.reduce((a, b) => a + b, 0) / v.length : (v) => v.reduce((a, b) => a + b, 0);
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: finish(expr, combine(values) * (1 + quantile * 2.2), time) }));
}
