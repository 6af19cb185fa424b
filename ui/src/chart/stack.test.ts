import { describe, expect, it } from 'vitest';
import { loneSamples, plotData } from './stack';

const TIMES = [0, 1, 2];
const SERIES = [
  { key: 'a', values: [1, 2, null] },
  { key: 'b', values: [10, null, 30] },
];

describe('plot columns', () => {
  it('are the series themselves for lines', () => {
    expect(plotData(TIMES, SERIES, 'lines', new Set())).toEqual([TIMES, [1, 2, null], [10, null, 30]]);
  });

  it('carry running totals from the last series to the first when stacked', () => {
    expect(plotData(TIMES, SERIES, 'stacked', new Set())).toEqual([TIMES, [11, 2, 30], [1, 2, 0]]);
  });

  it('leave hidden series out of the totals', () => {
    expect(plotData(TIMES, SERIES, 'stacked', new Set(['a']))).toEqual([TIMES, [10, null, 30], [null, null, null]]);
  });

  it('have a gap where no series has a sample', () => {
    expect(plotData([0, 1], [{ key: 'a', values: [null, 2] }], 'stacked', new Set())).toEqual([[0, 1], [null, 2]]);
  });

  it('leave gaps between bars', () => {
    expect(plotData(TIMES, SERIES, 'bars', new Set())).toEqual([TIMES, [11, null, 30], [1, 2, null]]);
  });

  it('know the samples that stand alone', () => {
    expect(loneSamples([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(loneSamples([1])).toEqual([0]);
    expect(loneSamples([])).toEqual([]);
  });
});
