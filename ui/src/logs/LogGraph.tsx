import { useMemo, useState } from 'react';
import { seriesName, type Frame } from '@/api/prometheus';
import { Legend } from '@/chart/Legend';
import { distinctNames } from '@/chart/names';
import { seriesColour } from '@/chart/palette';
import { TimeSeriesChart, type PlotSeries } from '@/chart/TimeSeriesChart';
import { useTimeWindow } from '@/time/TimeContext';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';

/** The answer to a metric query over logs. */
export function LogGraph({ frame, expr }: { readonly frame: Frame; readonly expr: string }) {
  const time = useTimeWindow();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const series = useMemo<PlotSeries[]>(() => {
    const names = distinctNames(frame.series);
    return frame.series.map(({ labels, values }, i) => ({
      key: seriesName(labels),
      name: Object.keys(labels).length === 0 ? expr : (names[i] ?? ''),
      colour: seriesColour(i),
      values,
    }));
  }, [frame, expr]);
  return (
    <Panel title="Graph">
      {series.length === 0 ? (
        <Empty title="No data in this time range">No line matches the query.</Empty>
      ) : (
        <>
          <TimeSeriesChart
            label="Graph of the log query"
            times={frame.times}
            series={series}
            hidden={hidden}
            startMillis={time.startMillis}
            endMillis={time.endMillis}
            height={300}
            onZoom={(from, to) => time.setRange(String(Math.floor(from)), String(Math.ceil(to)))}
          />
          <Legend series={series} unit="number" hidden={hidden} onHidden={setHidden} />
        </>
      )}
    </Panel>
  );
}
