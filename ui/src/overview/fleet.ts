import type { Labels, Sample } from '@/api/prometheus';
import { HOST_LABELS } from './signals';

export interface Gpu {
  readonly host: string;
  readonly gpu: string;
  readonly labels: Labels;
  readonly utilisation: number | undefined;
  readonly smActive: number | undefined;
  readonly memoryShare: number | undefined;
  readonly memoryUsedBytes: number | undefined;
  readonly temperature: number | undefined;
  readonly power: number | undefined;
  /** The code of the last XID error, 0 for none. */
  readonly xid: number | undefined;
}

export interface Node {
  readonly host: string;
  readonly gpus: readonly Gpu[];
}

export function hostOf(labels: Labels): string {
  for (const name of HOST_LABELS) {
    const value = labels[name];
    if (value) {
      return value.replace(/:\d+$/, '');
    }
  }
  return '';
}

const keyOf = (labels: Labels) => labels['UUID'] ?? labels['uuid'] ?? `${hostOf(labels)}/${labels['gpu'] ?? ''}`;

type Answers = Readonly<Record<'utilisation' | 'smActive' | 'memoryUsed' | 'memoryFree' | 'temperature' | 'power' | 'xid', readonly Sample[] | undefined>>;

/** Joins the samples of each GPU; nodes and GPUs in natural order. */
export function fleetOf(answers: Answers): Node[] {
  const labels = new Map<string, Labels>();
  const columns = Object.fromEntries(
    Object.entries(answers).map(([name, samples]) => {
      const column = new Map<string, number>();
      for (const sample of samples ?? []) {
        const key = keyOf(sample.labels);
        labels.set(key, labels.get(key) ?? sample.labels);
        // The code is a label too, so each new code is a new series beside the old one: the highest is shown.
        column.set(key, name === 'xid' ? Math.max(column.get(key) ?? 0, sample.value) : sample.value);
      }
      return [name, column];
    }),
  ) as Record<keyof Answers, Map<string, number>>;

  const nodes = new Map<string, Gpu[]>();
  for (const [key, found] of labels) {
    const used = columns.memoryUsed.get(key);
    const free = columns.memoryFree.get(key);
    const host = hostOf(found);
    const gpu: Gpu = {
      host,
      gpu: found['gpu'] ?? key,
      labels: found,
      utilisation: columns.utilisation.get(key),
      smActive: columns.smActive.get(key),
      memoryShare: used === undefined || free === undefined || used + free === 0 ? undefined : used / (used + free),
      memoryUsedBytes: used === undefined ? undefined : used * 1024 * 1024,
      temperature: columns.temperature.get(key),
      power: columns.power.get(key),
      xid: columns.xid.get(key),
    };
    nodes.set(host, [...(nodes.get(host) ?? []), gpu]);
  }
  const natural = new Intl.Collator('en', { numeric: true }).compare;
  return [...nodes]
    .map(([host, gpus]) => ({ host, gpus: gpus.sort((a, b) => natural(a.gpu, b.gpu)) }))
    .sort((a, b) => natural(a.host, b.host));
}

/** Ready to work, whether or not it works: no XID that says the device is gone. */
const FATAL_XIDS = new Set([46, 48, 62, 64, 74, 79, 95, 119, 120, 140, 143]);

export function isFailed({ xid }: Gpu): boolean {
  return xid !== undefined && FATAL_XIDS.has(xid);
}

const IDLE_BELOW_PERCENT = 2;

export function isIdle({ utilisation }: Gpu): boolean {
  return utilisation !== undefined && utilisation < IDLE_BELOW_PERCENT;
}
