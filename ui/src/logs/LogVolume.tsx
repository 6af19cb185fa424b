import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { levelOfWord, logVolume, type Level } from '@/api/loki';
import type { Frame } from '@/api/prometheus';
import { gridOf } from '@/chart/useRange';
import { TimeSeriesChart, type PlotSeries } from '@/chart/TimeSeriesChart';
import { formatValue } from '@/chart/units';
import { useTimeWindow } from '@/time/TimeContext';
import { Panel } from '@/view/Panel';
import { Failure, Loading } from '@/view/States';
import { LEVELS, LEVEL_COLOURS } from './levels';

interface LogVolumeProps {
  readonly expr: string;
  readonly hidden: ReadonlySet<Level>;
  readonly onHidden: (hidden: ReadonlySet<Level>) => void;
}

const BARS = 90;

/** How many lines of each level came when. */
export function LogVolume({ expr, hidden, onHidden }: LogVolumeProps) {
  const time = useTimeWindow();
  const grid = gridOf(time.startMillis, time.endMillis, BARS);
  const counted = `sum by (detected_level, level, severity) (count_over_time(${expr} [${grid.stepSeconds}s]))`;
  const answer = useQuery({
    queryKey: ['log volume', counted, grid.startSeconds, grid.endSeconds],
    queryFn: ({ signal }) => logVolume(counted, grid, signal),
    placeholderData: keepPreviousData,
    structuralSharing: false,
    // Lines come first on a busy server; the volume is a second, wider question.
    enabled: expr !== '',
  });
  const levels = useMemo(() => (answer.data ? byLevel(answer.data) : []), [answer.data]);
  const total = levels.reduce((sum, { lines }) => sum + lines, 0);
  const toggle = (level: Level) => {
    const next = new Set(hidden);
    if (!next.delete(level)) {
      next.add(level);
    }
    onHidden(next);
  };
  return (
    <Panel
      title={answer.data ? `${formatValue(total)} lines` : 'Volume'}
      label="Log volume"
      actions={levels.map(({ key, colour, lines }) => (
        <button
          key={key}
          type="button"
          className="level-key num"
          aria-pressed={!hidden.has(key as Level)}
          aria-label={`${key}: ${lines} lines`}
          onClick={() => toggle(key as Level)}
        >
          <i style={{ background: colour }} />
          {key} {formatValue(lines)}
        </button>
      ))}
    >
      {answer.isError ? (
        <Failure error={answer.error} what="The volume could not be counted" onRetry={() => void answer.refetch()} />
      ) : answer.data ? (
        <TimeSeriesChart
          label="Log lines over time by level"
          times={answer.data.times}
          series={levels}
          hidden={hidden}
          startMillis={time.startMillis}
          endMillis={time.endMillis}
          kind="bars"
          height={92}
          onZoom={(from, to) => time.setRange(String(Math.floor(from)), String(Math.ceil(to)))}
        />
      ) : (
        <Loading label="Loading log volume" />
      )}
    </Panel>
  );
}

function byLevel(frame: Frame): (PlotSeries & { readonly lines: number })[] {
  const columns = new Map<Level, (number | null)[]>();
  for (const { labels, values } of frame.series) {
    const word = labels['detected_level'] || labels['level'] || labels['severity'] || '';
    const level = levelOfWord(word);
    const column = columns.get(level);
    if (column) {
      values.forEach((value, i) => {
        column[i] = value === null ? (column[i] ?? null) : (column[i] ?? 0) + value;
      });
    } else {
      columns.set(level, [...values]);
    }
  }
  return LEVELS.filter((level) => columns.has(level)).map((level) => {
    const values = columns.get(level) ?? [];
    const lines = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    return { key: level, name: level, colour: LEVEL_COLOURS[level], values, lines };
  });
}
