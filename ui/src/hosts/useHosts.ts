import { useMemo } from 'react';
import type { Sample } from '@/api/prometheus';
import { useSamples } from '@/chart/useSamples';

export interface Host {
  readonly instance: string;
  readonly name: string;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly disk: number | undefined;
  readonly load: number | undefined;
}

/** Shares from 0 to 1, per instance, under node_exporter's names. */
export const HOST_EXPRESSIONS = {
  cpu: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[2m]))',
  memory: '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes',
  disk: 'max by (instance) (1 - node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|squashfs|overlay|iso9660"} / node_filesystem_size_bytes)',
  load: 'node_load1',
} as const;

export function useHosts() {
  const cpu = useSamples(HOST_EXPRESSIONS.cpu);
  const memory = useSamples(HOST_EXPRESSIONS.memory);
  const disk = useSamples(HOST_EXPRESSIONS.disk);
  const load = useSamples(HOST_EXPRESSIONS.load);
  const names = useSamples('node_uname_info');
  const hosts = useMemo(
    () => hostsOf({ cpu: cpu.data, memory: memory.data, disk: disk.data, load: load.data, names: names.data }),
    [cpu.data, memory.data, disk.data, load.data, names.data],
  );
  return { hosts, isPending: load.isPending, error: load.error };
}

type Answers = Readonly<Record<'cpu' | 'memory' | 'disk' | 'load' | 'names', readonly Sample[] | undefined>>;

/** Busiest first: what needs a look stands at the top. */
export function hostsOf({ cpu, memory, disk, load, names }: Answers): Host[] {
  const column = (samples: readonly Sample[] = []) => new Map(samples.map(({ labels, value }) => [labels['instance'] ?? '', value]));
  const nodeNames = new Map((names ?? []).map(({ labels }) => [labels['instance'] ?? '', labels['nodename'] ?? '']));
  const [cpus, memories, disks, loads] = [column(cpu), column(memory), column(disk), column(load)];
  const instances = [...new Set([...loads.keys(), ...memories.keys(), ...cpus.keys()])].filter(Boolean);
  return instances
    .map((instance) => ({
      instance,
      name: nodeNames.get(instance) || instance.replace(/:\d+$/, ''),
      cpu: cpus.get(instance),
      memory: memories.get(instance),
      disk: disks.get(instance),
      load: loads.get(instance),
    }))
    .sort((a, b) => Math.max(b.cpu ?? 0, b.memory ?? 0) - Math.max(a.cpu ?? 0, a.memory ?? 0));
}
