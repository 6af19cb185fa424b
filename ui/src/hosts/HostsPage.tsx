import { Select } from '@mantine/core';
import { RangePanel } from '@/chart/RangePanel';
import { useTimeWindow } from '@/time/TimeContext';
import { logsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { changeQuery, usePlace } from '@/url/location';
import { Panel } from '@/view/Panel';
import { Empty, Failure, Loading } from '@/view/States';
import { WhenSeen } from '@/view/WhenSeen';
import { gpuPanels, hostPanels, instanceMatcher } from './panels';
import { useHosts, type Host } from './useHosts';
import './hosts.css';

/** One host in twelve charts that share a cursor, and its GPUs where it has any. */
export function HostsPage() {
  const { query } = usePlace();
  const { hosts, isPending, error } = useHosts();
  const wanted = query.get('instance') ?? '';
  const host = hosts.find(({ instance, name }) => instance === wanted || name === wanted) ?? (wanted === '' ? hosts[0] : undefined);
  if (hosts.length === 0 && wanted === '') {
    return (
      <Panel title="Hosts">
        {error ? (
          <Failure error={error} what="The hosts could not be loaded" />
        ) : isPending ? (
          <Loading label="Loading hosts" />
        ) : (
          <Empty title="No host reports">
            The agent inside this server reports the machine it runs on; node_exporter works too:{' '}
            <Link to="/connect?source=scrape">how to connect</Link>
          </Empty>
        )}
      </Panel>
    );
  }
  return <HostCharts hosts={hosts} host={host} instance={host?.instance ?? wanted} />;
}

interface HostChartsProps {
  readonly hosts: readonly Host[];
  readonly host: Host | undefined;
  readonly instance: string;
}

function HostCharts({ hosts, host, instance }: HostChartsProps) {
  const { startMillis, endMillis } = useTimeWindow();
  const name = host?.name ?? instance.replace(/:\d+$/, '');
  const matcher = instanceMatcher(instance);
  return (
    <div className="stack">
      <div className="row">
        <Select
          data-search
          aria-label="Host"
          w={280}
          searchable
          allowDeselect={false}
          data={hosts.map((one) => ({ value: one.instance, label: one.name === one.instance ? one.name : `${one.name}  (${one.instance})` }))}
          value={host?.instance ?? null}
          placeholder={instance}
          onChange={(value) => value !== null && changeQuery({ instance: value })}
        />
        <span className="grow" />
        <Link to={logsAddress(`{node=${JSON.stringify(name)}}`, { startMillis, endMillis })}>Logs of {name}</Link>
      </div>
      <div className="host-panels" role="group" aria-label={`Charts of ${name}`}>
        {hostPanels(matcher).map((panel) => (
          <WhenSeen key={panel.title} height={176} className="panel host-panel">
            <RangePanel {...panel} syncKey="hosts" />
          </WhenSeen>
        ))}
      </div>
      <h2 className="host-title">GPUs of {name}</h2>
      <div className="host-panels" role="group" aria-label={`GPU charts of ${name}`}>
        {gpuPanels(name).map((panel) => (
          <WhenSeen key={panel.title} height={176} className="panel host-panel">
            <RangePanel {...panel} syncKey="hosts" />
          </WhenSeen>
        ))}
      </div>
    </div>
  );
}
