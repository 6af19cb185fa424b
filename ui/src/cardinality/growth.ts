import type { SeriesCount, Sort } from '@/api/cardinality';

/** The stretches of time over which growth is shown. */
export const AGES = { hour: 3_600, day: 86_400, week: 604_800 } as const;
export type Age = keyof typeof AGES;

export const AGE_TEXT: Record<Age, string> = { hour: '1 h', day: '24 h', week: '7 d' };

export function ageOf(sort: string | null): Sort {
  return sort === 'hour' || sort === 'day' || sort === 'week' ? sort : 'total';
}

/** What is told of the past: the moments, and how many of all series were active then. */
export interface Past {
  /** How many seconds ago each moment was. */
  readonly seconds: readonly number[];
  readonly all: SeriesCount;
}

/** How many more series are active than were then; undefined where nothing is known of that time. */
export function growth(series: SeriesCount, past: Past, age: Age): number | undefined {
  const at = past.seconds.indexOf(AGES[age]);
  return (past.all.before[at] ?? 0) === 0 ? undefined : series.active - (series.before[at] ?? 0);
}

/** Active series day by day until now, null where nothing is known of a day. */
export function daily(series: SeriesCount, past: Past): (number | null)[] {
  const days = past.seconds.flatMap((seconds, at) =>
    seconds % AGES.day === 0 ? [past.all.before[at] === 0 ? null : (series.before[at] ?? null)] : [],
  );
  return [...days, series.active];
}
