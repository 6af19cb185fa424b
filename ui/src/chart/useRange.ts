import { keepPreviousData, useQueries, type UseQueryResult } from '@tanstack/react-query';
import { queryRange, type Frame, type Grid } from '@/api/prometheus';
import { niceStep } from '@/time/range';

/** Aligned to the step, so that a refresh asks for the same points again and lines do not wobble. */
export function gridOf(startMillis: number, endMillis: number, points: number, stepSeconds?: number): Grid {
  const step = stepSeconds ?? niceStep(endMillis - startMillis, points);
  return {
    startSeconds: Math.ceil(startMillis / 1000 / step) * step,
    endSeconds: Math.floor(endMillis / 1000 / step) * step,
    stepSeconds: step,
  };
}

/** A rate() window that always holds a few samples and never less than one step. */
export function rateWindow(stepSeconds: number): string {
  return `${Math.max(60, stepSeconds * 2)}s`;
}

export function useRangeQueries(expressions: readonly string[], grid: Grid): UseQueryResult<Frame>[] {
  return useQueries({
    queries: expressions.map((expr) => ({
      queryKey: ['query_range', expr, grid.startSeconds, grid.endSeconds, grid.stepSeconds],
      queryFn: ({ signal }: { signal: AbortSignal }) => queryRange(expr, grid, signal),
      placeholderData: keepPreviousData,
      enabled: expr.trim() !== '' && grid.endSeconds > grid.startSeconds,
      structuralSharing: false,
    })),
  });
}
