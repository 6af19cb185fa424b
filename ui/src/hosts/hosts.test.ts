import { describe, expect, it } from 'vitest';
import { hostPanels, instanceMatcher } from './panels';
import { hostsOf } from './useHosts';

describe('hosts', () => {
  it('are matched exactly with a port, by any port without', () => {
    expect(instanceMatcher('gpu-1:9100')).toBe('instance="gpu-1:9100"');
    expect(instanceMatcher('gpu.1')).toBe('instance=~"gpu\\\\.1(:[0-9]+)?"');
  });

  it('stand busiest first, with what is known of each', () => {
    const sample = (instance: string, value: number) => ({ labels: { instance }, value, timeSeconds: 0 });
    const hosts = hostsOf({
      cpu: [sample('a:1', 0.1), sample('b:1', 0.9)],
      memory: [sample('a:1', 0.2)],
      disk: undefined,
      load: [sample('a:1', 1), sample('b:1', 2)],
      names: [{ labels: { instance: 'b:1', nodename: 'beta' }, value: 1, timeSeconds: 0 }],
    });
    expect(hosts.map(({ name, cpu, memory }) => [name, cpu, memory])).toEqual([
      ['beta', 0.9, undefined],
      ['a', 0.1, 0.2],
    ]);
  });

  it('get twelve charts', () => {
    expect(hostPanels('instance="a"')).toHaveLength(12);
  });
});
