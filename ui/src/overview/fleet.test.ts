import { describe, expect, it } from 'vitest';
import type { Sample } from '@/api/prometheus';
import { fleetOf, hostOf, isFailed, isIdle } from './fleet';

const sample = (labels: Record<string, string>, value: number): Sample => ({ labels, value, timeSeconds: 0 });
const nothing = { utilisation: [], smActive: [], memoryUsed: [], memoryFree: [], temperature: [], power: [], xid: [] };

describe('the GPU fleet', () => {
  it('joins what is known of each GPU, whatever the exporter calls the host', () => {
    const fleet = fleetOf({
      ...nothing,
      utilisation: [sample({ UUID: 'b', gpu: '0', Hostname: 'n10' }, 50), sample({ UUID: 'a', gpu: '1', hostname: 'n2' }, 0)],
      memoryUsed: [sample({ UUID: 'a', gpu: '1', hostname: 'n2' }, 30)],
      memoryFree: [sample({ UUID: 'a', gpu: '1', hostname: 'n2' }, 10)],
      xid: [sample({ UUID: 'a', gpu: '1', hostname: 'n2', err_code: '79' }, 79), sample({ UUID: 'a', gpu: '1', hostname: 'n2' }, 0)],
    });
    expect(fleet.map(({ host }) => host)).toEqual(['n2', 'n10']);
    const gpu = fleet[0]?.gpus[0];
    expect(gpu).toMatchObject({ utilisation: 0, memoryShare: 0.75, xid: 79, temperature: undefined });
    expect(gpu && isIdle(gpu) && isFailed(gpu)).toBe(true);
  });

  it('is empty without GPUs', () => {
    expect(fleetOf(nothing)).toEqual([]);
  });

  it('takes the instance without its port for a host', () => {
    expect(hostOf({ instance: 'gpu-1:9400' })).toBe('gpu-1');
  });
});
