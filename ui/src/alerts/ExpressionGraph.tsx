import { useMemo } from 'react';
import { seriesName, type Frame } from '@/api/prometheus';
import { distinctNames } from '@/chart/names';
import { seriesColour } from '@/chart/palette';
import { TimeSeriesChart, type PlotSeries } from '@/chart/TimeSeriesChart';
import { guessUnit } from '@/chart/units';
import { gridOf, useRangeQueries } from '@/chart/useRange';
import { useTimeWindow } from '@/time/TimeContext';
import { Answer } from '@/view/Answer';
import { Empty } from '@/view/States';
import { threshold, type Threshold } from './rules';

const MOST_SERIES = 60;

/** Among more lines than these only the ones past the threshold keep a colour. */
const MOST_COLOURED = 6;

/** The value a rule looks at, and the constant it compares with where there is one. */
export function ExpressionGraph({ expr }: { readonly expr: string }) {
  const time = useTimeWindow();
  const limit = useMemo(() => threshold(expr), [expr]);
  const grid = gridOf(time.startMillis, time.endMillis, 240);
  const [answer] = useRangeQueries([limit?.expr ?? expr], grid);
  if (!answer) {
    return null;
  }
  return (
    <Answer of={answer} what="The graph of the rule">
      {(frame) =>
        frame.series.length === 0 ? (
          <Empty title="The expression yields nothing in this time range" />
        ) : (
          <TimeSeriesChart
            label="Graph of the rule’s expression"
            times={frame.times}
            series={linesOf(frame, limit)}
            startMillis={time.startMillis}
            endMillis={time.endMillis}
            unit={guessUnit(expr)}
            height={150}
            onZoom={(from, to) => time.setRange(String(Math.floor(from)), String(Math.ceil(to)))}
          />
        )
      }
    </Answer>
  );
}

function linesOf(frame: Frame, limit: Threshold | undefined): PlotSeries[] {
  const isPast = (value: number | null) =>
    limit !== undefined && value !== null && (limit.isUpper ? value > limit.value : value < limit.value);
  const ranked = frame.series
    .map((one) => ({ ...one, crosses: one.values.some(isPast) }))
    .sort((a, b) => Number(a.crosses) - Number(b.crosses))
    .slice(-MOST_SERIES);
  const names = distinctNames(ranked);
  const dims = limit !== undefined && ranked.length > MOST_COLOURED;
  const lines: PlotSeries[] = ranked.map(({ labels, values, crosses }, i) => ({
    key: seriesName(labels),
    name: names[i] ?? '',
    colour: dims && !crosses ? 'var(--bv-line)' : seriesColour(dims ? ranked.length - 1 - i : i),
    values,
  }));
  if (limit !== undefined) {
    lines.push({ key: 'threshold', name: 'threshold', colour: 'var(--bv-bad)', values: frame.times.map(() => limit.value), dashed: true });
  }
  return lines;
}
