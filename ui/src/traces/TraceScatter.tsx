import { useElementSize } from '@mantine/hooks';
import type { TraceSummary } from '@/api/traces';
import { formatNanos } from '@/chart/units';
import { formatClock } from '@/time/range';
import { traceAddress } from '@/url/addresses';
import { Link } from '@/url/Link';

interface TraceScatterProps {
  readonly traces: readonly TraceSummary[];
  readonly startMillis: number;
  readonly endMillis: number;
}

const HEIGHT = 110;
const LEFT = 54;
const BOTTOM = 16;
const TOP = 8;

/** Duration over time, on a logarithmic axis: outliers and errors stand apart. */
export function TraceScatter({ traces, startMillis, endMillis }: TraceScatterProps) {
  const { ref, width } = useElementSize();
  const durations = traces.map(({ durationNanos }) => Math.max(1, durationNanos));
  const low = Math.log10(Math.min(...durations)) - 0.1;
  const high = Math.max(Math.log10(Math.max(...durations)) + 0.1, low + 0.5);
  const x = (millis: number) => LEFT + ((millis - startMillis) / (endMillis - startMillis)) * (width - LEFT - 16);
  const y = (nanos: number) => TOP + (1 - (Math.log10(Math.max(1, nanos)) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const powers = Array.from({ length: 12 }, (_, i) => i).filter((power) => power >= low && power <= high);
  const ticks = powers.length > 0 ? powers.map((power) => 10 ** power) : [10 ** ((low + high) / 2)];
  const times = [0, 0.25, 0.5, 0.75, 1].map((part) => startMillis + part * (endMillis - startMillis));
  return (
    <div ref={ref} className="scatter">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="group" aria-label="Duration of the traces over time">
          {ticks.map((nanos) => (
            <g key={nanos}>
              <line x1={LEFT} x2={width - 16} y1={y(nanos)} y2={y(nanos)} stroke="var(--bv-grid)" />
              <text x={LEFT - 6} y={y(nanos) + 3.5} textAnchor="end">
                {formatNanos(nanos)}
              </text>
            </g>
          ))}
          {times.map((millis, i) => (
            <text key={millis} x={x(millis)} y={HEIGHT - 3} textAnchor={i === 0 ? 'start' : i === 4 ? 'end' : 'middle'}>
              {formatClock(millis)}
            </text>
          ))}
          {traces.map((trace) => {
            const label = `${trace.rootService} ${trace.rootOperation}, ${formatNanos(trace.durationNanos)}, ${trace.spanCount} spans`;
            return (
              <Link key={trace.traceId} to={traceAddress(trace.traceId)} aria-label={label}>
                <circle
                  cx={x(Number(trace.startTimeNanos.slice(0, -6)))}
                  cy={y(trace.durationNanos)}
                  r={Math.min(9, 3 + Math.log2(1 + trace.spanCount) / 2)}
                  fill={trace.errorCount > 0 ? 'var(--bv-bad)' : 'var(--bv-accent)'}
                >
                  <title>{label}</title>
                </circle>
              </Link>
            );
          })}
        </svg>
      )}
    </div>
  );
}
