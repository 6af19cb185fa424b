import { getJson, send } from './http';

const BASE = '/api/belvedere/v1/queries';

export type Language = 'promql' | 'logql' | 'traceql';

/** A query that runs or waits; one without steps is asked for a moment, or is a search. */
export interface ActiveQuery {
  readonly id: number;
  readonly language: Language;
  readonly query: string;
  readonly state: 'running' | 'waiting';
  /** What keeps it from computing: one of the places, or a processor while others compute. */
  readonly waitsFor: 'place' | 'turn' | 'memory' | null;
  readonly since: string;
  readonly elapsedSeconds: number;
  readonly computeSeconds: number;
  readonly samplesRead: number;
  readonly peakSamples: number;
  readonly bytesRead: number;
  readonly caller: string;
  readonly ruleGroup?: { readonly file: string; readonly name: string };
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
}

export interface ActiveQueries {
  readonly queries: readonly ActiveQuery[];
  readonly running: number;
  readonly waiting: number;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
}

export const ORDERS = ['total', 'worst', 'compute', 'count', 'samples', 'bytes'] as const;
export type Order = (typeof ORDERS)[number];

/** What one text has cost since the start of the server. */
export interface QueryTotal {
  readonly language: Language;
  readonly query: string;
  readonly isCut: boolean;
  readonly count: number;
  readonly failures: number;
  readonly totalSeconds: number;
  readonly worstSeconds: number;
  readonly computeSeconds: number;
  readonly samplesRead: number;
  readonly bytesRead: number;
  readonly steps: number;
  readonly stepsKept: number;
  readonly last: string;
}

export function activeQueries(signal?: AbortSignal): Promise<ActiveQueries> {
  return getJson<ActiveQueries>(BASE, {}, signal);
}

export async function topQueries(by: Order, signal?: AbortSignal): Promise<readonly QueryTotal[]> {
  return (await getJson<{ queries: readonly QueryTotal[] }>(`${BASE}/top`, { by, limit: 100 }, signal)).queries;
}

export function cancelQuery(id: number): Promise<void> {
  return send('DELETE', `${BASE}/${id}`);
}
