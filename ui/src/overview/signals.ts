/**
 * The names that the overview reads. A source under another name is one alternative more here; docs/ui.md lists them.
 */

export const GPU = {
  utilisation: 'DCGM_FI_DEV_GPU_UTIL',
  smActive: 'DCGM_FI_PROF_SM_ACTIVE',
  memoryUsed: 'DCGM_FI_DEV_FB_USED',
  memoryFree: 'DCGM_FI_DEV_FB_FREE',
  temperature: 'DCGM_FI_DEV_GPU_TEMP',
  power: 'DCGM_FI_DEV_POWER_USAGE',
  xid: 'DCGM_FI_DEV_XID_ERRORS',
} as const;

/** Exporters differ in the case and kind of the host's label. */
export const HOST_LABELS = ['hostname', 'Hostname', 'node', 'host_name', 'instance'] as const;

export const RUN_LABELS = ['run', 'run_name', 'run_id', 'ml_run_id'] as const;

export const TRAINING = {
  loss: 'ml_training_loss',
  step: 'ml_training_step',
  steps: 'ml_training_steps',
  tokensPerSecond: 'ml_training_tokens_per_second',
  rankCompute: 'ml_training_rank_compute_seconds',
} as const;

export const LLM = {
  latencyBuckets: 'vllm:e2e_request_latency_seconds_bucket',
  firstTokenBuckets: 'vllm:time_to_first_token_seconds_bucket',
  requests: 'vllm:request_success_total',
  generatedTokens: 'vllm:generation_tokens_total',
  promptTokens: 'vllm:prompt_tokens_total',
  running: 'vllm:num_requests_running',
  waiting: 'vllm:num_requests_waiting',
  cacheUse: 'vllm:kv_cache_usage_perc',
} as const;

export const IMAGES = {
  latencyBuckets: 'diffusion_generation_duration_seconds_bucket',
  requests: 'diffusion_images_total',
  waiting: 'diffusion_queue_depth',
} as const;

export const PIPELINE = {
  lastSuccess: 'pipeline_last_success_timestamp_seconds',
  runs: 'pipeline_runs_total',
} as const;

export const COST = {
  /** US dollars per hour of all GPUs of each node. */
  perHour: 'node_gpu_hourly_cost * on (node) node_gpu_count',
  perHourOfTeams: 'sum by (team) (node_gpu_hourly_cost * on (node, team) node_gpu_count)',
  budgetPerHour: 'team_gpu_budget_dollars_per_hour',
} as const;

/** The rate() window of values at one moment; charts take one that fits their step. */
export const NOW_WINDOW = '300s';

export const quantile = (q: number, buckets: string, by = '') =>
  `histogram_quantile(${q}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(${buckets}[$window])))`;

/** Sums over both kinds of serving: text and images. */
export const requestsPerSecond = `sum(rate({__name__=~"${LLM.requests}|${IMAGES.requests}"}[${NOW_WINDOW}]))`;
export const requestsWaiting = `sum({__name__=~"${LLM.waiting}|${IMAGES.waiting}"})`;

/** One column over the models of both kinds: image services call the label model. */
export const perModel = (llm: string, images: string) =>
  `${llm} or label_replace(${images}, "model_name", "$1", "model", "(.+)")`;

/** The slowest rank of each run, as a multiple of the median, where it is past the factor. */
export const stragglers = (factor: number) =>
  `topk by (run) (1, ${TRAINING.rankCompute} / on (run) group_left () quantile by (run) (0.5, ${TRAINING.rankCompute})) > ${factor}`;

/** The step of each run that stands where it stood that long ago; a run that has not reported for so long is none of them. */
export const stalled = (seconds: number) => `${TRAINING.step} == ${TRAINING.step} offset ${seconds}s`;
