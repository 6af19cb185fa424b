import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { query, type Sample } from '@/api/prometheus';
import { useTimeWindow } from '@/time/TimeContext';

/** The values of an expression at the end of the time range. */
export function useSamples(expr: string): UseQueryResult<Sample[]> {
  const { endMillis } = useTimeWindow();
  return useQuery({
    queryKey: ['query', expr, endMillis],
    queryFn: ({ signal }) => query(expr, endMillis / 1000, signal),
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
}

export function single(answer: UseQueryResult<Sample[]>): number | undefined {
  const value = answer.data?.[0]?.value;
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
