import { getJson } from './http';

const BASE = '/api/belvedere/v1/cardinality';

/**
 * How many series something has: with samples stored, with samples in the last hour, first seen in the last hour and day, and how many
 * were active at each of the moments before.
 */
export interface SeriesCount {
  readonly total: number;
  readonly active: number;
  readonly newInHour: number;
  readonly newInDay: number;
  readonly before: readonly number[];
}

/** What lists begin with: most series, or most active ones more than then. */
export type Sort = 'total' | 'hour' | 'day' | 'week';

export interface Usage {
  readonly lastQueriedMillis: number | null;
  readonly rules: number;
  readonly dashboards: number;
  readonly api: number;
}

export interface Named {
  readonly name: string;
  readonly series: SeriesCount;
}

export interface MetricCount extends Named {
  readonly usage: Usage;
}

export interface Cut {
  readonly scope: 'tenant' | 'target' | 'metric';
  readonly name: string;
  readonly active: number;
  readonly limit: number;
  readonly limitKey: string;
  readonly refused: number;
  readonly sinceMillis: number;
}

export interface Cardinality {
  /** How many seconds ago the moments are of which counts tell. */
  readonly beforeSeconds: readonly number[];
  readonly series: SeriesCount;
  readonly metricCount: number;
  /** Bytes are what samples take in blocks: those of all series of the metric, whatever is matched. */
  readonly metrics: readonly (MetricCount & { readonly bytes: number })[];
  readonly labelCount: number;
  readonly labels: readonly (Named & { readonly values: number })[];
  readonly pairs: readonly (Named & { readonly value: string })[];
  readonly targetCount: number;
  readonly targets: readonly { readonly job: string; readonly instance: string; readonly series: SeriesCount }[];
  readonly focus: { readonly label: string; readonly count: number; readonly values: readonly Named[] };
  readonly cuts: readonly Cut[];
  readonly usageSinceMillis: number;
}

export interface Unused {
  readonly metricCount: number;
  readonly seriesCount: number;
  readonly metrics: readonly MetricCount[];
  readonly usageSinceMillis: number;
}

export function cardinality(match: string, focus: string, sort: Sort, signal?: AbortSignal): Promise<Cardinality> {
  return getJson<Cardinality>(BASE, { match: match || undefined, focus: focus || undefined, sort, limit: 50 }, signal);
}

export function unusedMetrics(days: number, signal?: AbortSignal): Promise<Unused> {
  return getJson<Unused>(`${BASE}/unused`, { days, limit: 200 }, signal);
}
