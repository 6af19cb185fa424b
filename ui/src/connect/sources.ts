export interface Source {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly snippet: string;
  /** The page of the documentation that says more. */
  readonly page: string;
}

export function sources({ origin, hostname }: Pick<Location, 'origin' | 'hostname'>): Source[] {
  return [
    {
      id: 'scrape',
      title: 'Scrape any Prometheus exporter',
      says: 'belvedere.yml is a superset of prometheus.yml: an existing one works as it is. Reload without a restart.',
      snippet: `scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['localhost:9100']

# then: curl -X POST ${origin}/-/reload`,
      page: 'docs/connect/prometheus-scraping.md',
    },
    {
      id: 'gpu',
      title: 'GPUs',
      says: 'Run the agent on the GPU host: it reads NVML directly and needs no DCGM. An existing dcgm-exporter can be scraped instead.',
      snippet: `scrape_configs:
  - job_name: gpu
    static_configs:
      - targets: ['gpu-node-1:9400', 'gpu-node-2:9400']`,
      page: 'docs/connect/gpu-node.md',
    },
    {
      id: 'serving',
      title: 'Model serving (vLLM and others)',
      says: 'vLLM exposes its metrics on the port of its API. Request traces come over OpenTelemetry with gen_ai attributes.',
      snippet: `scrape_configs:
  - job_name: vllm
    static_configs:
      - targets: ['inference-1:8000']`,
      page: 'docs/connect/prometheus-scraping.md',
    },
    {
      id: 'training',
      title: 'Training runs',
      says: 'Report loss, step and throughput as OpenTelemetry or Prometheus metrics with a run label; the overview picks them up by name.',
      snippet: `OTEL_EXPORTER_OTLP_ENDPOINT=http://${hostname}:4318
OTEL_SERVICE_NAME=train-llm
# gauges: ml.training.loss, ml.training.step, ml.training.tokens_per_second; attribute: run`,
      page: 'docs/connect/opentelemetry.md',
    },
    {
      id: 'remote-write',
      title: 'A running Prometheus',
      says: 'Prometheus sends on what it scrapes. Nothing else about it changes.',
      snippet: `remote_write:
  - url: ${origin}/api/v1/write`,
      page: 'docs/connect/prometheus-remote-write.md',
    },
    {
      id: 'otlp',
      title: 'OpenTelemetry SDKs and Collector',
      says: 'Metrics, logs and traces over OTLP: gRPC on 4317, HTTP on 4318.',
      snippet: `export OTEL_EXPORTER_OTLP_ENDPOINT=http://${hostname}:4318
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
      page: 'docs/connect/opentelemetry.md',
    },
    {
      id: 'loki',
      title: 'Loki clients',
      says: 'Promtail, Alloy, Vector, Fluent Bit and log appenders push to the same path as to Loki.',
      snippet: `clients:
  - url: ${origin}/loki/api/v1/push`,
      page: 'docs/connect/loki-clients.md',
    },
    {
      id: 'zipkin',
      title: 'Zipkin reporters',
      says: 'Zipkin v2 JSON is taken here and on port 9411.',
      snippet: `${origin}/api/v2/spans`,
      page: 'docs/connect/zipkin.md',
    },
    {
      id: 'demo',
      title: 'A site to look at without owning one',
      says: 'The demo is a server with a simulated site: 8 nodes with 8 GPUs each, training, serving and pipelines over real protocols, and incidents that its rules catch.',
      snippet: './belvedere demo',
      page: 'docs/demo.md',
    },
  ];
}
