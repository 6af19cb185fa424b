import { describe, expect, it } from 'vitest';
import { logsAddress, metricsAddress, traceAddress } from './addresses';
import { withTime } from './location';

describe('addresses', () => {
  it('carry the time range along, unless they have their own', () => {
    const current = new URLSearchParams('from=now-3h&to=now&q=up');
    expect(withTime('/alerts?state=firing', current)).toBe('/alerts?state=firing&from=now-3h&to=now');
    expect(withTime('/explore/logs?from=1&to=2', current)).toBe('/explore/logs?from=1&to=2');
    expect(withTime('/explore/logs?from=1', current)).toBe('/explore/logs?from=1');
    expect(withTime('/', new URLSearchParams())).toBe('/');
  });

  it('hold queries and times of what they lead to', () => {
    expect(metricsAddress(['up', 'a b'])).toBe('/explore/metrics?q=up&q=a+b');
    expect(logsAddress('{a="b"}', { startMillis: 1.5, endMillis: 2.5 })).toBe('/explore/logs?q=%7Ba%3D%22b%22%7D&from=1&to=3');
    expect(traceAddress('ab', 'cd')).toBe('/traces/ab?span=cd');
  });
});
