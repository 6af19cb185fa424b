import { useQuery } from '@tanstack/react-query';
import { RangePanel } from '@/chart/RangePanel';
import { single, useSamples } from '@/chart/useSamples';
import { formatValue } from '@/chart/units';
import { targets } from '@/api/prometheus';
import { useTimeWindow } from '@/time/TimeContext';
import { Link } from '@/url/Link';
import { Panel } from '@/view/Panel';

/** Whether the watcher itself is well. */
export function OwnHealth() {
  const { endMillis } = useTimeWindow();
  const memory = useSamples('max(process_resident_memory_bytes{job="belvedere"})');
  const scraped = useQuery({
    queryKey: ['targets', endMillis],
    queryFn: ({ signal }) => targets(signal),
    placeholderData: (old) => old,
  });
  const all = scraped.data?.activeTargets ?? [];
  const down = all.filter(({ health }) => health === 'down').length;
  const resident = single(memory);
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
        {resident !== undefined && (
          <span>
            <span className="dim">Memory</span> {formatValue(resident, 'bytes')}
          </span>
        )}
      </div>
      <RangePanel
        title="Answered per second"
        height={92}
        unit="per second"
        queries={[{ expr: 'sum(rate(belvedere_http_requests_total[$window]))', name: 'requests' }]}
        absent="Belvedere’s own metrics arrive within a minute of its start."
      />
    </Panel>
  );
}
