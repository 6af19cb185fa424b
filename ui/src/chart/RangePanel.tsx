import { useMemo } from 'react';
import { seriesName, type Frame } from '@/api/prometheus';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { Empty, Failure, Loading } from '@/view/States';
import { distinctNames } from './names';
import type { ChartKind } from './stack';
import { seriesColour } from './palette';
import { TimeSeriesChart, type PlotSeries } from './TimeSeriesChart';
import type { Unit } from './units';
import { formatValue } from './units';
import { gridOf, rateWindow, useRangeQueries } from './useRange';

/** One query of a panel; `$window` stands for a rate window that fits the step. */
export interface PanelQuery {
  readonly expr: string;
  /** Names the line when the query yields one; absent, the labels that differ do. */
  readonly name?: string;
  readonly colour?: string;
}

export interface RangePanelProps {
  readonly title: string;
  readonly queries: readonly PanelQuery[];
  readonly unit?: Unit;
  readonly kind?: ChartKind;
  readonly height?: number;
  readonly syncKey?: string;
  readonly yRange?: readonly [number, number];
  readonly points?: number;
  /** What to say when there is no data. */
  readonly absent?: string;
}

const MOST_KEYS = 6;

/** A small chart with its keys and latest values; its title leads to the same queries in Explore. */
export function RangePanel(props: RangePanelProps) {
  const { title, queries, unit = 'number', kind = 'lines', height = 120, syncKey, yRange, points = 150, absent } = props;
  const time = useTimeWindow();
  const grid = gridOf(time.startMillis, time.endMillis, points);
  const expressions = queries.map(({ expr }) => expr.replaceAll('$window', rateWindow(grid.stepSeconds)));
  const answers = useRangeQueries(expressions, grid);
  const frames = answers.map((answer) => answer.data);
  const series = useMemo(() => lines(queries, frames), frames);
  const error = answers.find((answer) => answer.isError)?.error;
  const times = frames.find(Boolean)?.times ?? [];
  return (
    <section className="range-panel" aria-label={title}>
      <header>
        <Link to={metricsAddress(expressions)} title="Open in Explore">
          {title}
        </Link>
        <span className="grow" />
        {series.length === 1 && <b className="num">{lastOf(series[0]?.values ?? [], unit)}</b>}
      </header>
      <div style={{ height }}>
        {error ? (
          <Failure error={error} what="The query failed" />
        ) : series.length > 0 ? (
          <TimeSeriesChart
            label={title}
            times={times}
            series={series}
            startMillis={time.startMillis}
            endMillis={time.endMillis}
            unit={unit}
            kind={kind}
            height={height}
            onZoom={(from, to) => time.setRange(String(Math.floor(from)), String(Math.ceil(to)))}
            {...(syncKey === undefined ? {} : { syncKey })}
            {...(yRange === undefined ? {} : { yRange })}
          />
        ) : answers.some((answer) => answer.isPending) ? (
          <Loading label={`Loading ${title}`} />
        ) : (
          <Empty title="No data" icon={<span />}>
            {absent}
          </Empty>
        )}
      </div>
      <div className="keys">
        {series.length > 1 &&
          series.slice(0, MOST_KEYS).map(({ key, name, colour, values }) => (
            <span key={key} className="clip">
              <i style={{ background: colour }} />
              {name} <b className="num">{lastOf(values, unit)}</b>
            </span>
          ))}
        {series.length > MOST_KEYS && <span>+{series.length - MOST_KEYS}</span>}
      </div>
    </section>
  );
}

function lines(queries: readonly PanelQuery[], frames: readonly (Frame | undefined)[]): PlotSeries[] {
  const all: PlotSeries[] = [];
  queries.forEach(({ name, colour }, index) => {
    const found = frames[index]?.series ?? [];
    const names = distinctNames(found);
    found.forEach((one, i) => {
      const own = found.length === 1 && name !== undefined ? name : [name, names[i]].filter(Boolean).join(' ');
      all.push({
        key: `${index} ${seriesName(one.labels)}`,
        name: own,
        colour: colour !== undefined && found.length === 1 ? colour : seriesColour(all.length),
        values: one.values,
      });
    });
  });
  return all;
}

function lastOf(values: readonly (number | null)[], unit: Unit): string {
  const last = values.findLast((value) => value !== null);
  return last === undefined || last === null ? '–' : formatValue(last, unit);
}
