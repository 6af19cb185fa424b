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
import { threshold } from './rules';

const MOST_SERIES = 60;

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
            series={linesOf(frame, limit?.value)}
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

function linesOf(frame: Frame, limit: number | undefined): PlotSeries[] {
  const shown = frame.series.slice(0, MOST_SERIES);
  const names = distinctNames(shown);
  const lines: PlotSeries[] = shown.map(({ labels, values }, i) => ({
    key: seriesName(labels),
    name: names[i] ?? '',
    colour: seriesColour(i),
    values,
  }));
  if (limit !== undefined) {
    lines.push({ key: 'threshold', name: 'threshold', colour: 'var(--bv-bad)', values: frame.times.map(() => limit), dashed: true });
  }
  return lines;
}
