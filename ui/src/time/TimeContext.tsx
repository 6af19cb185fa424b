import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { changeQuery, usePlace } from '@/url/location';
import { parseDuration } from './duration';
import { DEFAULT_RANGE, isRelative, resolve, type TimeRange } from './range';

export const REFRESH_CHOICES = ['off', '5s', '15s', '30s', '1m', '5m'];
const DEFAULT_REFRESH = '15s';

/** The time range of the screen, fixed at the last refresh so that all queries of one moment agree. */
export interface TimeWindow {
  readonly range: TimeRange;
  readonly refresh: string;
  readonly startMillis: number;
  readonly endMillis: number;
  readonly isLive: boolean;
  setRange(from: string, to: string): void;
  setRefresh(refresh: string): void;
  refreshNow(): void;
}

const TimeWindowContext = createContext<TimeWindow | undefined>(undefined);

export function TimeProvider({ children }: { readonly children: ReactNode }) {
  const { query } = usePlace();
  const from = query.get('from') ?? DEFAULT_RANGE.from;
  const to = query.get('to') ?? DEFAULT_RANGE.to;
  const refresh = query.get('refresh') ?? DEFAULT_REFRESH;
  const key = `${from} ${to}`;
  const [asOf, setAsOf] = useState(() => ({ key, millis: Date.now() }));
  if (asOf.key !== key) {
    // Set while rendering, so that no query is sent for the new range at the old moment.
    setAsOf({ key, millis: Date.now() });
  }
  const live = isRelative({ from, to });
  const everyMillis = live && refresh !== 'off' ? parseDuration(refresh) : undefined;

  const refreshNow = useCallback(() => setAsOf((now) => ({ ...now, millis: Date.now() })), []);

  useEffect(() => {
    if (everyMillis === undefined) {
      return;
    }
    const tick = () => {
      if (!document.hidden) {
        refreshNow();
      }
    };
    const timer = window.setInterval(tick, Math.max(1000, everyMillis));
    document.addEventListener('visibilitychange', tick);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [everyMillis, refreshNow]);

  const value = useMemo<TimeWindow>(
    () => ({
      range: { from, to },
      refresh,
      ...resolve({ from, to }, asOf.millis),
      isLive: live,
      setRange: (newFrom, newTo) => changeQuery({ from: newFrom, to: newTo }),
      setRefresh: (every) => changeQuery({ refresh: every === DEFAULT_REFRESH ? undefined : every }, 'replace'),
      refreshNow,
    }),
    [from, to, refresh, asOf.millis, live, refreshNow],
  );
  return <TimeWindowContext value={value}>{children}</TimeWindowContext>;
}

export function useTimeWindow(): TimeWindow {
  const value = useContext(TimeWindowContext);
  if (!value) {
    throw new Error('useTimeWindow outside of TimeProvider');
  }
  return value;
}
