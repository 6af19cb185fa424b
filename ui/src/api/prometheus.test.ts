import { describe, expect, it } from 'vitest';
import { frameOf, samplesOf, seriesName } from './prometheus';

describe('a matrix', () => {
  it('is put on its grid, with gaps where there is no finite sample', () => {
    const grid = { startSeconds: 100, endSeconds: 130, stepSeconds: 10 };
    const frame = frameOf([{ metric: { a: 'b' }, values: [[100, '1'], [110, 'NaN'], [120, '+Inf'], [130, '4']] }, { metric: {} }], grid);
    expect(frame.times).toEqual([100, 110, 120, 130]);
    expect(frame.series.map(({ values }) => values)).toEqual([[1, null, null, 4], [null, null, null, null]]);
  });

  it('keeps its last point when the step is a fraction', () => {
    const grid = { startSeconds: 0, endSeconds: 0.3, stepSeconds: 0.1 };
    expect(frameOf([{ metric: {}, values: [[0.3, '7']] }], grid).series[0]?.values).toEqual([null, null, null, 7]);
  });
});

describe('instant values', () => {
  it('come from vectors and scalars', () => {
    expect(samplesOf({ resultType: 'vector', result: [{ metric: { a: 'b' }, value: [1, '-Inf'] }] })).toEqual([
      { labels: { a: 'b' }, value: -Infinity, timeSeconds: 1 },
    ]);
    expect(samplesOf({ resultType: 'scalar', result: [5, '2'] })).toEqual([{ labels: {}, value: 2, timeSeconds: 5 }]);
  });
});

describe('the name of a series', () => {
  it('is written as Prometheus writes it', () => {
    expect(seriesName({ __name__: 'up', job: 'a"b' })).toBe('up{job="a\\"b"}');
    expect(seriesName({ 'http.route': '/' })).toBe('{"http.route"="/"}');
    expect(seriesName({})).toBe('{}');
  });
});
