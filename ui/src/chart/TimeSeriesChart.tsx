import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { chartOptions } from './options';
import { canvasColours } from './palette';
import { type ChartKind, plotData } from './stack';
import { tooltip } from './tooltip';
import type { Unit } from './units';

export interface PlotSeries {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

export interface TimeSeriesChartProps {
  /** What the chart shows, for people who do not see it. */
  readonly label: string;
  readonly times: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly startMillis: number;
  readonly endMillis: number;
  readonly unit?: Unit;
  readonly kind?: ChartKind;
  readonly height?: number;
  readonly hidden?: ReadonlySet<string>;
  readonly highlighted?: string | undefined;
  readonly onZoom?: ((startMillis: number, endMillis: number) => void) | undefined;
  /** Charts of one key show the cursor at the same time. */
  readonly syncKey?: string;
  /** The y axis shows at least this range. */
  readonly yRange?: readonly [number, number];
}

const NONE: ReadonlySet<string> = new Set();

/** Lines, stacked areas or stacked bars over time. Dragging selects a time range. */
export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const { label, times, series, startMillis, endMillis, unit = 'number', kind = 'lines', height = 160 } = props;
  const { hidden = NONE, highlighted, syncKey, yRange } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const scheme = useComputedColorScheme('dark');
  const data = useMemo(() => plotData(times, series, kind, hidden), [times, series, kind, hidden]);
  const latest = useRef({ props, data });
  latest.current = { props, data };

  // A new plot only when its structure changes; values, range and size are handed to the one that stands.
  const structure = series.map(({ key, colour }) => key + colour).join('\n');
  useEffect(() => {
    const element = host.current;
    if (!element) {
      return;
    }
    const create = (width: number) => {
      const now = latest.current;
      const options = chartOptions({
        width,
        height,
        unit,
        kind,
        series: now.props.series,
        colours: canvasColours(),
        syncKey,
        yRange,
        range: () => [latest.current.props.startMillis / 1000, latest.current.props.endMillis / 1000],
        onSelect: (from, to) => latest.current.props.onZoom?.(from * 1000, to * 1000),
        tooltip: tooltip({ unit, series: () => latest.current.props.series, hidden: () => latest.current.props.hidden ?? NONE }),
      });
      return new uPlot(options, now.data, element);
    };
    // The observer hands over the width, so that no chart forces a layout of its own.
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width < 20) {
        return;
      }
      if (!plot.current) {
        plot.current = create(width);
      } else if (plot.current.width !== width) {
        plot.current.setSize({ width, height });
      }
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [structure, unit, kind, height, scheme, syncKey, yRange?.[0], yRange?.[1]]);

  useEffect(() => {
    const chart = plot.current;
    if (!chart || chart.data === data) {
      return;
    }
    chart.batch(() => {
      series.forEach(({ key }, index) => {
        const show = !hidden.has(key);
        const slot = kind === 'lines' ? index + 1 : series.length - index;
        if (chart.series[slot]?.show !== show) {
          chart.setSeries(slot, { show });
        }
      });
      chart.setData(data);
    });
  }, [data, hidden, series, kind]);

  useEffect(() => {
    plot.current?.setScale('x', { min: startMillis / 1000, max: endMillis / 1000 });
  }, [startMillis, endMillis]);

  useEffect(() => {
    const chart = plot.current;
    if (!chart || series.length > 120 || kind !== 'lines') {
      return;
    }
    const index = series.findIndex(({ key }) => key === highlighted);
    chart.setSeries(index < 0 ? null : index + 1, { focus: true });
  }, [highlighted, series, kind]);

  return <div ref={host} className="chart" role="img" aria-label={label} style={{ height }} />;
}
