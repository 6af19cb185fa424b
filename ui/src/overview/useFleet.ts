import { useMemo } from 'react';
import { useSamples } from '@/chart/useSamples';
import { fleetOf, type Node } from './fleet';
import { GPU } from './signals';

export interface Fleet {
  readonly nodes: readonly Node[];
  readonly isPending: boolean;
  readonly error: Error | null;
}

export function useFleet(): Fleet {
  const utilisation = useSamples(GPU.utilisation);
  const smActive = useSamples(GPU.smActive);
  const memoryUsed = useSamples(GPU.memoryUsed);
  const memoryFree = useSamples(GPU.memoryFree);
  const temperature = useSamples(GPU.temperature);
  const power = useSamples(GPU.power);
  const xid = useSamples(GPU.xid);
  const nodes = useMemo(
    () =>
      fleetOf({
        utilisation: utilisation.data,
        smActive: smActive.data,
        memoryUsed: memoryUsed.data,
        memoryFree: memoryFree.data,
        temperature: temperature.data,
        power: power.data,
        xid: xid.data,
      }),
    [utilisation.data, smActive.data, memoryUsed.data, memoryFree.data, temperature.data, power.data, xid.data],
  );
  return { nodes, isPending: utilisation.isPending, error: utilisation.error };
}
