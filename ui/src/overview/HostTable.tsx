import { useHosts } from '@/hosts/useHosts';
import { hostAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { formatValue } from '@/chart/units';
import { Failure, Loading } from '@/view/States';
import { Meter } from '@/view/Meter';
import { Panel } from '@/view/Panel';
import { Absent } from './Absent';

const MOST = 12;

export function HostTable() {
  const { hosts, isPending, error } = useHosts();
  return (
    <Panel title="Hosts" actions={<Link to="/hosts">All hosts</Link>} flush>
      {error && hosts.length === 0 ? (
        <Failure error={error} what="The hosts could not be loaded" />
      ) : hosts.length === 0 && isPending ? (
        <Loading label="Loading hosts" />
      ) : hosts.length === 0 ? (
        <Absent what="No host reports. The agent inside this server sees its own host; node_exporter works too." source="scrape" />
      ) : (
        <table className="grid">
          <thead>
            <tr>
              <th>Host</th>
              <th>CPU</th>
              <th>Memory</th>
              <th>Fullest disk</th>
              <th className="right">Load</th>
            </tr>
          </thead>
          <tbody>
            {hosts.slice(0, MOST).map(({ instance, name, cpu, memory, disk, load }) => (
              <tr key={instance}>
                <td className="clip" style={{ maxWidth: 160 }}>
                  <Link to={hostAddress(instance)}>{name}</Link>
                </td>
                <td>{share(cpu, `CPU of ${name}`)}</td>
                <td>{share(memory, `Memory of ${name}`)}</td>
                <td>{share(disk, `Disk of ${name}`)}</td>
                <td className="right num">{load === undefined ? '–' : formatValue(load)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function share(value: number | undefined, label: string) {
  return value === undefined ? (
    <span className="dim">–</span>
  ) : (
    <Meter share={value} text={`${Math.round(value * 100)}%`} label={label} warnAt={0.85} badAt={0.95} />
  );
}
