import { describe, expect, it } from 'vitest';
import { distinctNames } from './names';

describe('legend names', () => {
  it('say only what tells the series apart', () => {
    const series = [
      { labels: { __name__: 'up', job: 'a', instance: 'x:1' } },
      { labels: { __name__: 'up', job: 'a', instance: 'y:1' } },
    ];
    expect(distinctNames(series)).toEqual(['x:1', 'y:1']);
  });

  it('keep the names of labels when there are several', () => {
    const series = [{ labels: { a: '1', b: '1' } }, { labels: { a: '2', b: '2' } }];
    expect(distinctNames(series)).toEqual(['a=1 b=1', 'a=2 b=2']);
  });

  it('are whole for a series that is alone, and never empty', () => {
    expect(distinctNames([{ labels: { __name__: 'up', job: 'a' } }])).toEqual(['up{job="a"}']);
    expect(distinctNames([{ labels: {} }, { labels: { a: '1' } }])).toEqual(['{}', '1']);
    expect(distinctNames([])).toEqual([]);
  });
});
