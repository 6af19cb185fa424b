import { describe, expect, it } from 'vitest';
import { askedText, exploreAddress, matches } from './words';

const range = { start: 1_700_000_000, end: 1_700_021_600, stepSeconds: 15 };
const moment = { start: 1_700_000_000, end: 1_700_000_000, stepSeconds: 0 };

describe('queries', () => {
  it('are found by all words of a filter, in whatever is shown of them', () => {
    expect(matches('', 'up', 'promql')).toBe(true);
    expect(matches('UP rules', 'sum(up)', 'promql', 'rules a.yml;b')).toBe(true);
    expect(matches('up logql', 'sum(up)', 'promql')).toBe(false);
  });

  it('lead to where they can be looked into, over their own range', () => {
    expect(exploreAddress('promql', 'up', range)).toBe('/explore/metrics?q=up&from=1700000000000&to=1700021600000');
    expect(exploreAddress('promql', 'up', moment)).toBe('/explore/metrics?q=up');
    expect(exploreAddress('logql', '{a="b"}')).toBe('/explore/logs?q=%7Ba%3D%22b%22%7D');
    expect(exploreAddress('traceql', '{}', range)).toBeUndefined();
  });

  it('tell in a few words what they ask for', () => {
    expect(askedText(range)).toMatch(/^6h by 15s until 20/);
    expect(askedText(moment)).toMatch(/^at 20/);
    expect(askedText({ ...range, stepSeconds: 0 })).toMatch(/^6h until/);
  });
});
