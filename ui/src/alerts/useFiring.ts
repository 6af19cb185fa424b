import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { alerts } from '@/api/prometheus';
import { useTimeWindow } from '@/time/TimeContext';

/** The alerts of this moment, asked once per refresh for all that show them. */
export function useFiring() {
  const { endMillis } = useTimeWindow();
  return useQuery({
    queryKey: ['alerts', endMillis],
    queryFn: ({ signal }) => alerts(signal),
    placeholderData: keepPreviousData,
  });
}
