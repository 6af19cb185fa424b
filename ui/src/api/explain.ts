import type { Grid } from './prometheus';
import { getJson } from './http';

/** What a part of a query did; samples and blocks count those of the parts below too. */
export interface PlanNode {
  readonly node: string;
  readonly expr: string;
  readonly evaluations: number;
  readonly steps: number;
  readonly once: boolean;
  readonly series: number;
  readonly seconds: number;
  readonly totalSeconds: number;
  /** Of the thread that works for the query, in this part alone; null where the machine does not tell it. */
  readonly cpuSeconds: number | null;
  readonly samplesRead: number;
  readonly blocksRead: number;
  readonly children: readonly PlanNode[];
}

export interface Explained {
  readonly query: string;
  readonly steps: number;
  readonly cache: 'by step' | 'whole';
  readonly stats: { readonly timings: { readonly execTotalTime: number; readonly execQueueTime: number } };
  readonly plan: PlanNode;
}

/** Evaluates a range query anew and tells what each part of it cost. */
export function explain(expr: string, grid: Grid, signal?: AbortSignal): Promise<Explained> {
  return getJson<Explained>(
    '/api/belvedere/v1/queries/explain',
    { query: expr, start: grid.startSeconds, end: grid.endSeconds, step: grid.stepSeconds },
    signal,
  );
}
