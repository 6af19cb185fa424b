import { Button, SegmentedControl } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { seriesName, type Frame } from '@/api/prometheus';
import { Legend } from '@/chart/Legend';
import { distinctNames } from '@/chart/names';
import { seriesColour } from '@/chart/palette';
import { TimeSeriesChart, type PlotSeries } from '@/chart/TimeSeriesChart';
import { guessUnit } from '@/chart/units';
import { useTimeWindow } from '@/time/TimeContext';
import { changeQuery, usePlace } from '@/url/location';
import { Empty, Failure, Loading } from '@/view/States';
import { Panel } from '@/view/Panel';

interface GraphPanelProps {
  readonly queries: readonly string[];
  readonly answers: readonly UseQueryResult<Frame>[];
}

/** More lines than this say nothing to an eye; a person may still ask for them. */
const MOST_SERIES = 500;
const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

export function GraphPanel({ queries, answers }: GraphPanelProps) {
  const time = useTimeWindow();
  const { query } = usePlace();
  const kind = query.get('draw') === 'stacked' ? 'stacked' : 'lines';
  const [hidden, setHidden] = useState(NOTHING_HIDDEN);
  const [highlighted, setHighlighted] = useState<string>();
  const [limit, setLimit] = useState(MOST_SERIES);
  const frames = answers.map((answer) => answer.data);
  const { series, times, total } = useMemo(() => merged(queries, frames, limit), [queries.join('\u0000'), ...frames, limit]);
  const units = new Set(queries.map(guessUnit));
  const unit = units.size === 1 ? guessUnit(queries[0] ?? '') : 'number';
  const isLoading = answers.some((answer) => answer.isPending);
  const notes = [...new Set(frames.flatMap((frame) => frame?.notes ?? []))];
  const failures = answers.filter((answer) => answer.isError);

  return (
    <Panel
      title="Graph"
      actions={
        <>
          {answers.some((answer) => answer.isFetching) && <span className="dim">Loading…</span>}
          <SegmentedControl
            aria-label="How to draw"
            value={kind}
            onChange={(value) => changeQuery({ draw: value === 'stacked' ? value : undefined }, 'replace')}
            data={[
              { value: 'lines', label: 'Lines' },
              { value: 'stacked', label: 'Stacked' },
            ]}
          />
        </>
      }
    >
      {notes.map((note) => (
        <div key={note} role="note" className="query-note">
          {note}
        </div>
      ))}
      {series.length > 0 ? (
        <>
          <TimeSeriesChart
            label={`Graph of ${total} series`}
            times={times}
            series={series}
            startMillis={time.startMillis}
            endMillis={time.endMillis}
            unit={unit}
            kind={kind}
            height={340}
            hidden={hidden}
            highlighted={highlighted}
            onZoom={(from, to) => time.setRange(String(Math.floor(from)), String(Math.ceil(to)))}
          />
          {total > series.length && (
            <div className="query-note row">
              Showing {series.length} of {total} series.
              <Button variant="subtle" size="compact-xs" onClick={() => setLimit(Infinity)}>
                Draw all
              </Button>
            </div>
          )}
          <Legend series={series} unit={unit} hidden={hidden} onHidden={setHidden} onHighlight={setHighlighted} />
        </>
      ) : isLoading ? (
        <Loading label="Loading graph" />
      ) : failures.length === answers.length && failures[0] ? (
        <Failure error={failures[0].error} what="The query was refused" />
      ) : (
        <Empty title="No data in this time range">
          Nothing matches {queries.length === 1 ? 'the query' : 'the queries'} between these times. Widen the range, or
          check label names and values with completion.
        </Empty>
      )}
    </Panel>
  );
}

/** All answers on one axis; queries with different grids cannot meet, since one page has one grid. */
function merged(queries: readonly string[], frames: readonly (Frame | undefined)[], limit: number) {
  const all = frames.flatMap((frame, index) =>
    (frame?.series ?? []).map((one) => ({ ...one, query: queries[index] ?? '', letter: String.fromCharCode(65 + index) })),
  );
  const shown = all.slice(0, limit);
  const names = distinctNames(shown);
  const several = queries.length > 1;
  const series: PlotSeries[] = shown.map((one, index) => {
    const isBare = Object.keys(one.labels).length === 0;
    const name = isBare ? one.query : (names[index] ?? '');
    return {
      key: `${one.letter} ${isBare ? one.query : seriesName(one.labels)}`,
      name: several ? `${one.letter}  ${name}` : name,
      colour: seriesColour(index),
      values: one.values,
    };
  });
  const times = frames.find((frame) => frame !== undefined)?.times ?? [];
  return { series, times, total: all.length };
}
