import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { PlotSeries } from './TimeSeriesChart';
import { formatValue, type Unit } from './units';

interface LegendProps {
  readonly series: readonly PlotSeries[];
  readonly unit: Unit;
  readonly hidden: ReadonlySet<string>;
  readonly onHidden: (hidden: ReadonlySet<string>) => void;
  readonly onHighlight?: (key: string | undefined) => void;
}

const ROW_PIXELS = 22;

/** A click isolates a series, a second one shows all again; Ctrl or Shift adds and removes single ones. */
export function Legend({ series, unit, hidden, onHidden, onHighlight }: LegendProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: series.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 10,
    initialRect: { width: 800, height: 224 },
  });
  const choose = (key: string, add: boolean) => {
    if (add) {
      const next = new Set(hidden);
      if (!next.delete(key)) {
        next.add(key);
      }
      onHidden(next);
      return;
    }
    const isAlone = !hidden.has(key) && hidden.size === series.length - 1;
    onHidden(new Set(isAlone ? [] : series.filter((one) => one.key !== key).map((one) => one.key)));
  };
  return (
    <div ref={scroller} className="legend" role="group" aria-label="Legend">
      <div className="legend-row legend-head" aria-hidden>
        <span />
        <span>{series.length === 1 ? '1 series' : `${series.length} series`}</span>
        <span className="num">last</span>
        <span className="num">min</span>
        <span className="num">mean</span>
        <span className="num">max</span>
      </div>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const one = series[index];
          return one === undefined ? null : (
            <div key={one.key} style={{ position: 'absolute', insetInline: 0, top: start }}>
              <LegendRow
                series={one}
                unit={unit}
                isShown={!hidden.has(one.key)}
                onChoose={choose}
                onHighlight={onHighlight}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface LegendRowProps {
  readonly series: PlotSeries;
  readonly unit: Unit;
  readonly isShown: boolean;
  readonly onChoose: (key: string, add: boolean) => void;
  readonly onHighlight: ((key: string | undefined) => void) | undefined;
}

function LegendRow({ series, unit, isShown, onChoose, onHighlight }: LegendRowProps) {
  const { last, min, mean, max } = useMemo(() => summary(series.values), [series.values]);
  return (
    <button
      type="button"
      className="legend-row"
      title={series.key}
      aria-pressed={isShown}
      aria-label={`Isolate ${series.name}`}
      onClick={(event) => onChoose(series.key, event.ctrlKey || event.metaKey || event.shiftKey)}
      onMouseEnter={() => onHighlight?.(series.key)}
      onMouseLeave={() => onHighlight?.(undefined)}
    >
      <i style={{ background: series.colour }} />
      <span className="clip">{series.name}</span>
      {[last, min, mean, max].map((value, index) => (
        <span key={index} className="num">
          {value === undefined ? '–' : formatValue(value, unit)}
        </span>
      ))}
    </button>
  );
}

interface Summary {
  readonly last: number | undefined;
  readonly min: number | undefined;
  readonly mean: number | undefined;
  readonly max: number | undefined;
}

function summary(values: readonly (number | null)[]): Summary {
  let last: number | undefined;
  let min: number | undefined;
  let max: number | undefined;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value !== null) {
      last = value;
      min = min === undefined || value < min ? value : min;
      max = max === undefined || value > max ? value : max;
      sum += value;
      count++;
    }
  }
  return { last, min, mean: count === 0 ? undefined : sum / count, max };
}
