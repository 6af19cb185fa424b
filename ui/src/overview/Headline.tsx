import type { ReactNode } from 'react';
import { useFiring } from '@/alerts/useFiring';
import { single, useSamples } from '@/chart/useSamples';
import { formatValue } from '@/chart/units';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import type { Tone } from '@/view/Tag';
import { isFailed, isIdle } from './fleet';
import { COST, GPU, LLM, NOW_WINDOW, quantile, requestsPerSecond, requestsWaiting, TRAINING } from './signals';
import type { Fleet } from './useFleet';

interface Stat {
  readonly title: string;
  readonly value: string;
  readonly note?: ReactNode;
  readonly tone?: Tone | undefined;
  readonly to: string;
}

/** The numbers one looks at first, each a link to where they come from. */
export function Headline({ fleet }: { readonly fleet: Fleet }) {
  const running = useSamples(`count(count by (run) (${TRAINING.step}))`);
  const requests = useSamples(requestsPerSecond);
  const p95Expr = quantile(0.95, LLM.latencyBuckets).replaceAll('$window', NOW_WINDOW);
  const p95 = useSamples(p95Expr);
  const waiting = useSamples(requestsWaiting);
  const perHour = useSamples(`sum(${COST.perHour})`);
  const active = useFiring();

  const gpus = fleet.nodes.flatMap((node) => node.gpus);
  const failed = gpus.filter(isFailed).length;
  const idle = gpus.filter(isIdle).length;
  const mean = (values: (number | undefined)[]) => {
    const found = values.filter((value) => value !== undefined);
    return found.length === 0 ? undefined : found.reduce((sum, value) => sum + value, 0) / found.length;
  };
  const utilisation = mean(gpus.map((gpu) => gpu.utilisation));
  const power = gpus.reduce((sum, gpu) => sum + (gpu.power ?? 0), 0);
  const firing = active.data?.filter(({ state }) => state === 'firing').length;
  const pending = active.data?.filter(({ state }) => state === 'pending').length ?? 0;
  const text = (value: number | undefined, unit: Parameters<typeof formatValue>[1] = 'number') =>
    value === undefined ? '–' : formatValue(value, unit);

  const stats: Stat[] = [
    {
      title: 'Alerts firing',
      value: firing === undefined ? '–' : String(firing),
      note: pending > 0 ? `${pending} pending` : firing === 0 ? 'all quiet' : undefined,
      tone: firing === undefined ? undefined : firing > 0 ? 'bad' : 'ok',
      to: '/alerts?state=firing',
    },
    {
      title: 'GPUs',
      value: gpus.length === 0 ? '–' : `${gpus.length - failed}/${gpus.length}`,
      note: failed > 0 ? `${failed} failed` : gpus.length > 0 ? `${idle} idle` : undefined,
      tone: failed > 0 ? 'bad' : undefined,
      to: metricsAddress(GPU.xid),
    },
    { title: 'GPU utilisation', value: text(utilisation, 'percent'), note: idle > 0 && failed > 0 ? `${idle} idle` : undefined, to: metricsAddress(`avg(${GPU.utilisation})`) },
    { title: 'GPU power', value: gpus.length === 0 ? '–' : formatValue(power, 'watts'), to: metricsAddress(`sum(${GPU.power})`) },
    { title: 'Training runs', value: text(single(running)), to: metricsAddress(TRAINING.step) },
    { title: 'Requests served', value: text(single(requests), 'per second'), to: metricsAddress(requestsPerSecond) },
    { title: 'LLM latency p95', value: text(single(p95), 'seconds'), to: metricsAddress(p95Expr) },
    { title: 'Requests waiting', value: text(single(waiting)), to: metricsAddress(requestsWaiting) },
    { title: 'Spend per hour', value: text(single(perHour), 'usd'), to: metricsAddress(`sum(${COST.perHour})`) },
  ];
  return (
    <section className="panel headline" aria-label="At a glance">
      {stats.map(({ title, value, note, tone, to }) => (
        <Link key={title} to={to} className="headline-stat" data-absent={value === '–' || undefined}>
          <span className="headline-title">{title}</span>
          <span className={`headline-value num ${tone === 'bad' ? 'bad' : ''}`}>{value}</span>
          <span className={`headline-note ${tone === 'bad' ? 'bad' : ''}`}>{note ?? '\u00a0'}</span>
        </Link>
      ))}
    </section>
  );
}
