import uPlot from 'uplot';
import type { CanvasColours } from './palette';
import { type ChartKind, loneSamples } from './stack';
import { formatValue, type Unit } from './units';

interface ChartInput {
  readonly width: number;
  readonly height: number;
  readonly unit: Unit;
  readonly kind: ChartKind;
  readonly series: readonly { readonly name: string; readonly colour: string; readonly dashed?: boolean }[];
  readonly colours: CanvasColours;
  readonly syncKey: string | undefined;
  readonly yRange: readonly [number, number] | undefined;
  range(): [number, number];
  onSelect(fromSeconds: number, toSeconds: number): void;
  readonly tooltip: uPlot.Plugin;
}

/** Beyond this many lines, dimming the others under the cursor costs more than a frame. */
const MOST_FOCUSABLE = 40;
/** Steps of a byte axis: decimal ones would label it 954 MiB, 1.86 GiB. */
const POWERS_OF_TWO = Array.from({ length: 62 }, (_, i) => 2 ** i);
const FONT = "10.5px 'Inter Variable', system-ui, sans-serif";

export function chartOptions(input: ChartInput): uPlot.Options {
  const { colours, unit, series } = input;
  const axis = { stroke: colours.text, font: FONT, ticks: { show: false }, grid: { stroke: colours.grid, width: 1 } };
  const many = series.length > MOST_FOCUSABLE;
  return {
    width: input.width,
    height: input.height,
    padding: [8, 14, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: !many, size: 7, width: 1.5 },
      drag: { x: true, y: false, setScale: false },
      ...(input.kind === 'lines' && !many ? { focus: { prox: 14 } } : {}),
      ...(input.syncKey === undefined ? {} : { sync: { key: input.syncKey, setSeries: false } }),
    },
    focus: { alpha: 0.25 },
    scales: {
      x: { time: true, range: () => input.range() },
      y: { range: (_, low, high) => yRange(low, high, input.kind, input.yRange) },
    },
    axes: [
      { ...axis, size: 22, gap: 4, space: 70, values: timeLabels },
      {
        ...axis,
        gap: 6,
        space: 26,
        ...(unit === 'bytes' || unit === 'bytes/s' ? { incrs: POWERS_OF_TWO } : {}),
        values: (_, splits) => splits.map((value) => formatValue(value, unit)),
        size: (_, labels) => Math.max(34, ...(labels ?? []).map((text) => text.length * 6.1 + 12)),
      },
    ],
    series: [{}, ...(input.kind === 'lines' ? [...series] : [...series].reverse()).map((one) => line(one, input.kind, many))],
    plugins: [input.tooltip],
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width > 4) {
            input.onSelect(plot.posToVal(plot.select.left, 'x'), plot.posToVal(plot.select.left + plot.select.width, 'x'));
          }
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function line(series: ChartInput['series'][number], kind: ChartKind, many: boolean): uPlot.Series {
  const { name, colour, dashed } = series;
  const stroke = resolved(colour);
  if (kind === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.85, 40], align: 1 });
    return { label: name, stroke, fill: stroke, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
  }
  return {
    label: name,
    stroke,
    width: many ? 1 : 1.5,
    spanGaps: false,
    points: { show: true, size: 4, fill: stroke, filter: (plot, index) => loneSamples(plot.data[index] ?? []) },
    ...(kind === 'stacked' ? { fill: faded(stroke) } : {}),
    ...(dashed ? { dash: [4, 4] } : {}),
  };
}

function faded(colour: string): string {
  return `color-mix(in srgb, ${colour} 55%, ${canvasSurface()})`;
}

function canvasSurface(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--bv-surface').trim() || '#12161d';
}

/** A canvas knows no custom properties. */
function resolved(colour: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
  return name === undefined ? colour : getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function yRange(
  low: number | null,
  high: number | null,
  kind: ChartKind,
  least: readonly [number, number] | undefined,
): [number, number] {
  let from = low ?? 0;
  let to = high ?? 1;
  if (kind !== 'lines' || (from >= 0 && from < to * 0.6)) {
    from = Math.min(0, from);
  }
  if (from === to) {
    const around = Math.abs(from) * 0.1 || 1;
    from = from >= 0 ? Math.max(0, from - around) : from - around;
    to += around;
  } else {
    const margin = (to - from) * 0.06;
    to += margin;
    from = from === 0 ? 0 : from - margin;
  }
  return [Math.min(from, least?.[0] ?? from), Math.max(to, least?.[1] ?? to)];
}

const two = (n: number) => String(n).padStart(2, '0');

function timeLabels(_: uPlot, splits: number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    if (date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0) {
      return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    }
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
    return step < 60 ? `${clock}:${two(date.getSeconds())}` : clock;
  });
}
