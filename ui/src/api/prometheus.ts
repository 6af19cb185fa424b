import { getJson } from './http';

export type Labels = Readonly<Record<string, string>>;

interface Envelope<T> {
  status: 'success';
  data: T;
  warnings?: string[];
  infos?: string[];
}

type WireSample = [number, string];

interface WireResult {
  resultType: 'matrix' | 'vector' | 'scalar' | 'string';
  result: unknown;
}

interface WireSeries {
  metric: Labels;
  values?: WireSample[];
}

interface WireVectorElement {
  metric: Labels;
  value?: WireSample;
}

/** One series on the grid of its frame; null where there is no sample. */
export interface Series {
  readonly labels: Labels;
  readonly values: readonly (number | null)[];
}

/** Series that share one time axis in Unix seconds. */
export interface Frame {
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly stepSeconds: number;
  readonly notes: readonly string[];
}

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly timeSeconds: number;
}

export interface Grid {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stepSeconds: number;
}

export function parseValue(text: string): number {
  switch (text) {
    case '+Inf':
      return Infinity;
    case '-Inf':
      return -Infinity;
    default:
      return Number(text);
  }
}

/** Puts a matrix on its grid. Infinite and NaN samples become gaps: a line cannot show them. */
export function frameOf(matrix: readonly WireSeries[], grid: Grid, notes: readonly string[] = []): Frame {
  const count = Math.floor((grid.endSeconds - grid.startSeconds) / grid.stepSeconds + 1e-9) + 1;
  const times = Array.from({ length: count }, (_, i) => grid.startSeconds + i * grid.stepSeconds);
  const series = matrix.map(({ metric, values }) => {
    const column = new Array<number | null>(count).fill(null);
    for (const [time, text] of values ?? []) {
      const value = parseValue(text);
      if (Number.isFinite(value)) {
        column[Math.round((time - grid.startSeconds) / grid.stepSeconds)] = value;
      }
    }
    return { labels: metric, values: column };
  });
  return { times, series, stepSeconds: grid.stepSeconds, notes };
}

export async function queryRange(expr: string, grid: Grid, signal?: AbortSignal): Promise<Frame> {
  const { data, warnings, infos } = await getJson<Envelope<WireResult>>(
    '/api/v1/query_range',
    { query: expr, start: grid.startSeconds, end: grid.endSeconds, step: grid.stepSeconds },
    signal,
  );
  return frameOf(data.resultType === 'matrix' ? (data.result as WireSeries[]) : [], grid, [
    ...(warnings ?? []),
    ...(infos ?? []),
  ]);
}

export async function query(expr: string, timeSeconds: number, signal?: AbortSignal): Promise<Sample[]> {
  const { data } = await getJson<Envelope<WireResult>>('/api/v1/query', { query: expr, time: timeSeconds }, signal);
  return samplesOf(data);
}

export function samplesOf(data: WireResult): Sample[] {
  switch (data.resultType) {
    case 'vector':
      return (data.result as WireVectorElement[]).flatMap(({ metric, value }) =>
        value ? [{ labels: metric, value: parseValue(value[1]), timeSeconds: value[0] }] : [],
      );
    case 'matrix':
      return (data.result as WireSeries[]).flatMap(({ metric, values }) =>
        (values ?? []).map(([time, text]) => ({ labels: metric, value: parseValue(text), timeSeconds: time })),
      );
    case 'scalar': {
      const [time, text] = data.result as WireSample;
      return [{ labels: {}, value: parseValue(text), timeSeconds: time }];
    }
    case 'string':
      return [];
  }
}

/** `name{label="value"}` as Prometheus writes it. */
export function seriesName(labels: Labels): string {
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([key, value]) => `${labelName(key)}=${JSON.stringify(value)}`);
  if (pairs.length === 0) {
    return name === '' ? '{}' : name;
  }
  return `${name}{${pairs.join(', ')}}`;
}

function labelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}

export interface AlertingRule {
  type: 'alerting';
  name: string;
  query: string;
  state: 'inactive' | 'pending' | 'firing' | 'unknown';
  duration: number;
  keepFiringFor?: number;
  labels: Labels;
  annotations: Labels;
  alerts: Alert[];
  health: string;
  lastError?: string;
  evaluationTime: number;
  lastEvaluation: string;
}

export interface RecordingRule {
  type: 'recording';
  name: string;
  query: string;
  labels?: Labels;
  health: string;
  lastError?: string;
  evaluationTime: number;
  lastEvaluation: string;
}

export type Rule = AlertingRule | RecordingRule;

export interface RuleGroup {
  name: string;
  file: string;
  interval: number;
  rules: Rule[];
  evaluationTime: number;
  lastEvaluation: string;
}

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: 'pending' | 'firing' | 'inactive';
  activeAt?: string;
  value: string;
}

export interface ActiveTarget {
  discoveredLabels: Labels;
  labels: Labels;
  scrapePool: string;
  scrapeUrl: string;
  globalUrl?: string;
  lastError: string;
  lastScrape: string;
  lastScrapeDuration: number;
  health: 'up' | 'down' | 'unknown';
  scrapeInterval?: string;
  scrapeTimeout?: string;
}

export interface Targets {
  activeTargets: ActiveTarget[];
  droppedTargets: { discoveredLabels: Labels }[];
  droppedTargetCounts?: Record<string, number>;
}

async function data<T>(path: string, signal?: AbortSignal, parameters = {}): Promise<T> {
  return (await getJson<Envelope<T>>(path, parameters, signal)).data;
}

export const ruleGroups = async (signal?: AbortSignal) =>
  (await data<{ groups: RuleGroup[] | null }>('/api/v1/rules', signal)).groups ?? [];
export const alerts = async (signal?: AbortSignal) =>
  (await data<{ alerts: Alert[] | null }>('/api/v1/alerts', signal)).alerts ?? [];
export const targets = async (signal?: AbortSignal): Promise<Targets> => {
  const { activeTargets, droppedTargets, ...rest } = await data<Targets>('/api/v1/targets', signal);
  return { activeTargets: activeTargets ?? [], droppedTargets: droppedTargets ?? [], ...rest };
};
export const buildInfo = (signal?: AbortSignal) => data<Record<string, string>>('/api/v1/status/buildinfo', signal);
export const runtimeInfo = (signal?: AbortSignal) =>
  data<Record<string, string | number | boolean>>('/api/v1/status/runtimeinfo', signal);
export const flags = (signal?: AbortSignal) => data<Record<string, string>>('/api/v1/status/flags', signal);
export const configYaml = async (signal?: AbortSignal) => (await data<{ yaml: string }>('/api/v1/status/config', signal)).yaml;
export const metricNames = (signal?: AbortSignal) => data<string[]>('/api/v1/label/__name__/values', signal);
export const metricMetadata = (signal?: AbortSignal) =>
  data<Record<string, { type: string; help: string; unit: string }[]>>('/api/v1/metadata', signal);
export const labelValuesOf = (name: string, match: string, startMillis: number, endMillis: number, signal?: AbortSignal) =>
  data<string[]>(`/api/v1/label/${encodeURIComponent(name)}/values`, signal, {
    'match[]': match,
    start: startMillis / 1000,
    end: endMillis / 1000,
  });
