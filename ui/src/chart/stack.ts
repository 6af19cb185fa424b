import type uPlot from 'uplot';

export type ChartKind = 'lines' | 'stacked' | 'bars';

interface Column {
  readonly key: string;
  readonly values: readonly (number | null)[];
}

/**
 * The columns that the plot draws. Stacked kinds carry running totals and are laid out from the last series to the
 * first, so that the tallest is painted first and the smaller ones over it.
 */
export function plotData(
  times: readonly number[],
  series: readonly Column[],
  kind: ChartKind,
  hidden: ReadonlySet<string>,
): uPlot.AlignedData {
  const x = times as number[];
  if (kind === 'lines') {
    return [x, ...series.map(({ values }) => values as (number | null)[])];
  }
  const total = new Array<number>(times.length).fill(0);
  const isKnown = times.map((_, i) => series.some(({ key, values }) => values[i] != null && !hidden.has(key)));
  const columns = series.map(({ key, values }) => {
    if (hidden.has(key)) {
      return new Array<number | null>(times.length).fill(null);
    }
    return times.map((_, i) => {
      const value = values[i];
      if (value === null || value === undefined) {
        return kind === 'bars' || !isKnown[i] ? null : (total[i] ?? 0);
      }
      total[i] = (total[i] ?? 0) + value;
      return total[i] ?? 0;
    });
  });
  return [x, ...columns.reverse()];
}

/** Samples without a neighbour on either side: a line cannot show them, a dot can. */
export function loneSamples(values: ArrayLike<number | null | undefined>): number[] {
  const lone: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] != null && (i === 0 || values[i - 1] == null) && (i + 1 >= values.length || values[i + 1] == null)) {
      lone.push(i);
    }
  }
  return lone;
}
