import type { RangePanelProps } from '@/chart/RangePanel';

/** An address with a port is exact; a bare host name fits whatever port its exporter has. */
export function instanceMatcher(instance: string): string {
  return /:\d+$/.test(instance) ? `instance=${JSON.stringify(instance)}` : `instance=~${JSON.stringify(`${escaped(instance)}(:[0-9]+)?`)}`;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const DISKS = 'device!~"loop.*|ram.*|sr.*|dm-.*"';
const LINKS = 'device!~"lo|veth.*|docker.*|br-.*|cali.*"';
const FILESYSTEMS = 'fstype!~"tmpfs|ramfs|squashfs|overlay|iso9660|fuse.lxcfs"';

/** The twelve charts of a host, under node_exporter's names; the agent writes the same. */
export function hostPanels(host: string): RangePanelProps[] {
  const rate = (metric: string, more = '') => `rate(${metric}{${host}${more === '' ? '' : `,${more}`}}[$window])`;
  return [
    {
      title: 'CPU by mode',
      unit: 'ratio',
      kind: 'stacked',
      yRange: [0, 1],
      queries: [{ expr: `sum by (mode) (${rate('node_cpu_seconds_total', 'mode!="idle"')}) / ignoring (mode) group_left () count(node_cpu_seconds_total{${host},mode="idle"})` }],
    },
    {
      title: 'Load',
      queries: [
        { expr: `node_load1{${host}}`, name: '1 min' },
        { expr: `node_load5{${host}}`, name: '5 min' },
        { expr: `node_load15{${host}}`, name: '15 min' },
      ],
    },
    {
      title: 'Memory',
      unit: 'bytes',
      yRange: [0, 0],
      queries: [
        { expr: `node_memory_MemTotal_bytes{${host}} - node_memory_MemAvailable_bytes{${host}}`, name: 'in use' },
        { expr: `node_memory_MemTotal_bytes{${host}}`, name: 'total', colour: '#8b95a7' },
      ],
    },
    {
      title: 'Pressure (share of time waiting)',
      unit: 'ratio',
      queries: [
        { expr: rate('node_pressure_cpu_waiting_seconds_total'), name: 'CPU' },
        { expr: rate('node_pressure_memory_waiting_seconds_total'), name: 'memory' },
        { expr: rate('node_pressure_io_waiting_seconds_total'), name: 'I/O' },
      ],
    },
    { title: 'Network received', unit: 'bytes/s', queries: [{ expr: rate('node_network_receive_bytes_total', LINKS) }] },
    { title: 'Network sent', unit: 'bytes/s', queries: [{ expr: rate('node_network_transmit_bytes_total', LINKS) }] },
    { title: 'Disk read', unit: 'bytes/s', queries: [{ expr: rate('node_disk_read_bytes_total', DISKS) }] },
    { title: 'Disk written', unit: 'bytes/s', queries: [{ expr: rate('node_disk_written_bytes_total', DISKS) }] },
    { title: 'Disk busy', unit: 'ratio', yRange: [0, 1], queries: [{ expr: rate('node_disk_io_time_seconds_total', DISKS) }] },
    {
      title: 'Filesystem used',
      unit: 'ratio',
      yRange: [0, 1],
      queries: [
        { expr: `max by (mountpoint) (1 - node_filesystem_avail_bytes{${host},${FILESYSTEMS}} / node_filesystem_size_bytes{${host},${FILESYSTEMS}})` },
      ],
    },
    { title: 'Context switches', unit: 'per second', queries: [{ expr: rate('node_context_switches_total'), name: 'switches' }] },
    { title: 'Open file descriptors', queries: [{ expr: `node_filefd_allocated{${host}}`, name: 'open' }] },
  ];
}

/** Exporters call the host's label hostname, Hostname, or leave it to the instance. */
export function gpuPanels(name: string): RangePanelProps[] {
  const quoted = JSON.stringify(name);
  const instance = instanceMatcher(name);
  const of = (metric: string) =>
    `max by (gpu) (${metric}{hostname=${quoted}} or ${metric}{Hostname=${quoted}} or ${metric}{${instance},hostname="",Hostname=""})`;
  const absent = 'No GPU of this host reports.';
  return [
    { title: 'GPU utilisation', unit: 'percent', yRange: [0, 100], absent, queries: [{ expr: of('DCGM_FI_DEV_GPU_UTIL') }] },
    { title: 'GPU memory used (MiB)', absent, queries: [{ expr: of('DCGM_FI_DEV_FB_USED') }] },
    { title: 'GPU temperature', unit: 'celsius', absent, queries: [{ expr: of('DCGM_FI_DEV_GPU_TEMP') }] },
    { title: 'GPU power', unit: 'watts', absent, queries: [{ expr: of('DCGM_FI_DEV_POWER_USAGE') }] },
  ];
}
