// Logs and traces of the mock, in the shapes that the APIs answer with.

const LEVELS = ['info', 'info', 'info', 'debug', 'info', 'warn', 'info', 'error'];
const SERVICES = ['gateway', 'vllm-router', 'trainer', 'tokeniser'];

export function logStreams(startMillis, endMillis, limit, contains) {
  const step = Math.max(1, Math.floor((endMillis - startMillis) / Math.min(limit, 600)));
  const streams = new Map();
  let count = 0;
  for (let at = endMillis - 1, i = 0; at > startMillis && count < limit; at -= step, i++) {
    const level = LEVELS[i % LEVELS.length];
    const service = SERVICES[(i * 7) % SERVICES.length];
    const trace = traceId(i % 40);
    const line = level === 'error'
      ? `torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB (GPU ${i % 8}; 79.11 GiB total)`
      : `level=${level} msg="request done" model=llama-3.1-70b tokens=${100 + ((i * 37) % 900)} duration=${(i * 13) % 700}ms`;
    if (contains && !line.includes(contains)) {
      continue;
    }
    const key = `${service}/${level}`;
    const stream = streams.get(key) ?? { stream: { service_name: service, detected_level: level, host_name: `gpu-node-${1 + (i % 8)}` }, values: [] };
    stream.values.push([`${at}000000`, line, { trace_id: trace, thread: `worker-${i % 4}` }]);
    streams.set(key, stream);
    count++;
  }
  return [...streams.values()];
}

export function logVolume(start, end, step) {
  return ['info', 'debug', 'warn', 'error'].map((level, i) => ({
    metric: { detected_level: level },
    values: Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, k) => {
      const at = start + k * step;
      const bulge = level === 'error' ? Math.max(0, 30 * Math.sin(at / 400) - 22) : 0;
      return [at, String(Math.round((60 >> i) * (1 + 0.4 * Math.sin(at / 300 + i)) + bulge))];
    }),
  }));
}

const hex = (n, width) => n.toString(16).padStart(width, '0');
export const traceId = (i) => hex(0xabcdef00 + i, 32);

export function traceSummary(i, endMillis) {
  const failed = i % 9 === 4;
  return {
    traceId: traceId(i),
    rootService: 'gateway',
    rootOperation: i % 3 === 0 ? 'POST /v1/images' : 'POST /v1/chat/completions',
    startTimeNanos: `${endMillis - i * 61_000 - 5000}000000`,
    durationNanos: Math.round((0.2 + ((i * 37) % 23) * 0.14) * 1e9) * (failed ? 3 : 1),
    spanCount: 9 + (i % 5) * 4,
    errorCount: failed ? 2 : 0,
    services: [{ name: 'gateway', spanCount: 3 }, { name: 'vllm-router', spanCount: 4 }, { name: 'vllm', spanCount: 5 }],
  };
}

export function spans(id, count, baseMillis) {
  const made = [];
  const base = BigInt(Math.floor(baseMillis)) * 1_000_000n;
  const total = 1_800_000_000;
  const services = ['gateway', 'vllm-router', 'vllm', 'tokeniser', 'feature-store'];
  for (let i = 0; i < count; i++) {
    const parent = i === 0 ? -1 : Math.floor((i - 1) / 3);
    const parentSpan = made[parent];
    const start = parentSpan ? parentSpan.start + ((i - 1) % 3) * Math.floor(parentSpan.durationNanos * 0.3) + 2_000_000 / (1 + i) : 0;
    const duration = parentSpan ? Math.max(900, Math.floor(parentSpan.durationNanos * (0.26 + 0.03 * (i % 3)))) : total;
    const failed = i === 5 || (i === 1 && count < 1000) || i === 0 ? id.endsWith('4') : false;
    const service = services[Math.min(services.length - 1, Math.floor(Math.log(i + 1) / 1.2))];
    made.push({
      start, spanId: hex(i + 1, 16), parentSpanId: parent < 0 ? '' : hex(parent + 1, 16), service,
      operation: i === 0 ? 'POST /v1/chat/completions' : ['route', 'prefill', 'decode', 'tokenise', 'kv.lookup'][i % 5],
      kind: i === 0 ? 'server' : 'internal',
      startTimeNanos: String(base + BigInt(Math.round(start))), durationNanos: Math.round(duration),
      status: failed ? 'error' : 'ok', statusMessage: failed && i === 5 ? 'CUDA out of memory' : '',
      attributes: { 'gen_ai.request.model': 'llama-3.1-70b', 'gen_ai.usage.input_tokens': 812, 'gen_ai.usage.output_tokens': 256, stream: true },
      resource: { 'service.name': service, 'service.instance.id': `${service}-0`, 'host.name': 'gpu-node-2' },
      scope: { name: 'io.opentelemetry.demo', version: '1.0' },
      events: failed && i === 5 ? [{ timeNanos: String(base + BigInt(Math.round(start + duration / 2))), name: 'exception', attributes: { 'exception.type': 'torch.cuda.OutOfMemoryError', 'exception.message': 'CUDA out of memory' } }] : [],
      links: [],
    });
  }
  return made.map(({ start, ...span }) => span);
}
