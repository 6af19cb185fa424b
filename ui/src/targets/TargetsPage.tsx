import { SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { targets, type ActiveTarget, type Targets } from '@/api/prometheus';
import { formatValue } from '@/chart/units';
import { formatAge, formatDateTime } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { changeQuery, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { State, Tags, type Tone } from '@/view/Tag';

const TONES: Readonly<Record<ActiveTarget['health'], Tone>> = { up: 'ok', down: 'bad', unknown: 'quiet' };

export function TargetsPage() {
  const { query } = usePlace();
  const { endMillis } = useTimeWindow();
  const answer = useQuery({
    queryKey: ['targets', endMillis],
    queryFn: ({ signal }) => targets(signal),
    placeholderData: keepPreviousData,
  });
  const health = query.get('health') ?? 'all';
  const text = query.get('find') ?? '';
  const all = answer.data?.activeTargets ?? [];
  const count = (wanted: string) => all.filter((target) => target.health === wanted).length;
  return (
    <div className="stack">
      <div className="row">
        <SegmentedControl
          aria-label="Health of the targets"
          value={health}
          onChange={(value) => changeQuery({ health: value === 'all' ? undefined : value }, 'replace')}
          data={[
            { value: 'all', label: `All ${all.length}` },
            { value: 'up', label: `Up ${count('up')}` },
            { value: 'down', label: `Down ${count('down')}` },
            { value: 'unknown', label: `Unknown ${count('unknown')}` },
          ]}
        />
        <TextInput
          data-search
          w={280}
          aria-label="Filter targets"
          placeholder="Filter by address, label or error"
          leftSection={<IconSearch size={13} />}
          value={text}
          onChange={(event) => changeQuery({ find: event.currentTarget.value }, 'replace')}
        />
      </div>
      <Answer of={answer} what="The targets">
        {(found) => <Pools targets={found} health={health} text={text} />}
      </Answer>
    </div>
  );
}

interface PoolsProps {
  readonly targets: Targets;
  readonly health: string;
  readonly text: string;
}

function Pools({ targets: { activeTargets, droppedTargets }, health, text }: PoolsProps) {
  if (activeTargets.length === 0) {
    return (
      <Panel title="Targets">
        <Empty title="Nothing is scraped yet">
          Add scrape_configs to belvedere.yml, as in prometheus.yml: <Link to="/connect?source=scrape">how to connect</Link>
        </Empty>
      </Panel>
    );
  }
  const wanted = text.trim().toLowerCase();
  const shown = activeTargets.filter(
    (target) =>
      (health === 'all' || target.health === health) &&
      (wanted === '' || `${target.scrapeUrl} ${JSON.stringify(target.labels)} ${target.lastError}`.toLowerCase().includes(wanted)),
  );
  const pools = [...new Set(shown.map(({ scrapePool }) => scrapePool))].sort();
  return (
    <>
      {pools.length === 0 && (
        <Panel title="Targets">
          <Empty title="No target matches">Loosen the filter to see the {activeTargets.length} there are.</Empty>
        </Panel>
      )}
      {pools.map((pool) => (
        <Pool key={pool} name={pool} targets={shown.filter(({ scrapePool }) => scrapePool === pool)} />
      ))}
      {droppedTargets.length > 0 && (
        <details>
          <summary className="dim">{droppedTargets.length} discovered targets were dropped by relabelling</summary>
          <div className="stack" style={{ gap: 4, padding: 8 }}>
            {droppedTargets.slice(0, 100).map(({ discoveredLabels }, index) => (
              <Tags key={index} labels={discoveredLabels} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function Pool({ name, targets: members }: { readonly name: string; readonly targets: readonly ActiveTarget[] }) {
  const up = members.filter(({ health }) => health === 'up').length;
  return (
    <Panel
      title={name}
      actions={<State tone={up === members.length ? 'ok' : up === 0 ? 'bad' : 'warn'}>{`${up} of ${members.length} up`}</State>}
      flush
    >
      <div style={{ overflowX: 'auto' }}>
        <table className="grid" aria-label={`Targets of ${name}`}>
          <thead>
            <tr>
              <th style={{ width: 76 }}>Health</th>
              <th>Endpoint</th>
              <th>Labels</th>
              <th className="right">Last scrape</th>
              <th className="right">Took</th>
            </tr>
          </thead>
          <tbody>
            {members.map((target) => (
              <tr key={target.scrapeUrl + JSON.stringify(target.labels)}>
                <td>
                  <State tone={TONES[target.health]}>{target.health}</State>
                </td>
                <td>
                  <Link to={metricsAddress(queryOf(target))} className="mono">
                    {target.scrapeUrl}
                  </Link>
                  {target.lastError !== '' && (
                    <div className="bad" role="alert" style={{ overflowWrap: 'anywhere' }}>
                      {target.lastError}
                    </div>
                  )}
                </td>
                <td>
                  <Tags labels={target.labels} without={['job']} />
                </td>
                <td className="right num" style={{ whiteSpace: 'nowrap' }} title={dateOf(target.lastScrape)}>
                  {dateOf(target.lastScrape) === '' ? 'never' : formatAge(Date.now() - Date.parse(target.lastScrape))}
                </td>
                <td className="right num" style={{ whiteSpace: 'nowrap' }}>
                  {formatValue(target.lastScrapeDuration, 'seconds')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function queryOf({ labels }: ActiveTarget): string {
  const matchers = ['job', 'instance'].filter((name) => labels[name] !== undefined);
  return `{${matchers.map((name) => `${name}=${JSON.stringify(labels[name])}`).join(', ')}}`;
}

/** Go's zero time means that there was none. */
function dateOf(text: string): string {
  const millis = Date.parse(text);
  return Number.isNaN(millis) || millis <= 0 ? '' : formatDateTime(millis);
}
