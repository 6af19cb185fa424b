import { useQuery } from '@tanstack/react-query';
import { RangePanel } from '@/chart/RangePanel';
import { single, useSamples } from '@/chart/useSamples';
import { formatValue } from '@/chart/units';
import { targets } from '@/api/prometheus';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { Panel } from '@/view/Panel';

const REFUSED = ['samples', 'log_records', 'spans']
  .map((signal) => `(sum(increase(belvedere_ingest_rejected_${signal}_total[5m])) or vector(0))`)
  .join(' + ');

/** Whether the watcher itself is well. */
export function OwnHealth() {
  const { endMillis } = useTimeWindow();
  const memory = useSamples('max(process_resident_memory_bytes and on (instance) belvedere_build_info)');
  const scraped = useQuery({
    queryKey: ['targets', endMillis],
    queryFn: ({ signal }) => targets(signal),
    placeholderData: (old) => old,
  });
  const all = scraped.data?.activeTargets ?? [];
  const down = all.filter(({ health }) => health === 'down').length;
  const resident = single(memory);
  const series = single(useSamples('sum(belvedere_tsdb_series)'));
  const refusals = single(useSamples(REFUSED));
  return (
    <Panel title="Belvedere itself" actions={<Link to="/status">Status</Link>}>
      <div className="row num" style={{ gap: 16, marginBottom: 2 }}>
        <span>
          <span className="dim">Targets</span>{' '}
          <Link to={down > 0 ? '/targets?health=down' : '/targets'} style={{ color: 'inherit' }}>
            {all.length - down}/{all.length} up
          </Link>
          {down > 0 && <b className="bad"> {down} down</b>}
        </span>
        {series !== undefined && (
          <span>
            <span className="dim">Series</span> {formatValue(series)}
          </span>
        )}
        {(refusals ?? 0) >= 1 && (
          <Link to={metricsAddress(REFUSED)} className="warn">
            {formatValue(Math.round(refusals ?? 0))} refused in 5m
          </Link>
        )}
        {resident !== undefined && (
          <span>
            <span className="dim">Memory</span> {formatValue(resident, 'bytes')}
          </span>
        )}
      </div>
      <RangePanel
        title="Taken in per second"
        height={92}
        queries={[
          { expr: 'sum(rate(belvedere_ingest_samples_total[$window]))', name: 'samples', colour: '#5b9cf5' },
          { expr: 'sum(rate(belvedere_ingest_log_records_total[$window]))', name: 'log records', colour: '#52b9a0' },
          { expr: 'sum(rate(belvedere_ingest_spans_total[$window]))', name: 'spans', colour: '#c678dd' },
        ]}
        absent="Belvedere’s own metrics arrive within a minute of its start."
      />
    </Panel>
  );
}
