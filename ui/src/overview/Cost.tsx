import { single, useSamples } from '@/chart/useSamples';
import { formatValue } from '@/chart/units';
import { describe } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { Answer } from '@/view/Answer';
import { Meter } from '@/view/Meter';
import { Panel } from '@/view/Panel';
import { Absent } from './Absent';
import { isIdle } from './fleet';
import { COST } from './signals';
import type { Fleet } from './useFleet';

/** Money spent in the time range, its rate now, and the share that heats idle GPUs. */
export function Cost({ fleet }: { readonly fleet: Fleet }) {
  const { startMillis, endMillis, range } = useTimeWindow();
  const hours = (endMillis - startMillis) / 3_600_000;
  const step = Math.max(60, Math.round((hours * 3600) / 200));
  const spentExpr = `sum(sum_over_time((${COST.perHour})[${Math.round(hours * 3600)}s:${step}s])) * ${step} / 3600`;
  const perHour = useSamples(`sum(${COST.perHour})`);
  const spent = useSamples(spentExpr);
  const gpus = fleet.nodes.flatMap((node) => node.gpus);
  const idleShare = gpus.length === 0 ? undefined : gpus.filter(isIdle).length / gpus.length;
  const rate = single(perHour);
  return (
    <Panel title="Cost" actions={<Link to={metricsAddress(`sum(${COST.perHour})`)}>Explore</Link>}>
      <Answer of={perHour} what="The cost">
        {(found) =>
          found.length === 0 ? (
            <Absent what="No prices are known. A price per GPU-hour and node is enough." source="scrape" />
          ) : (
            <>
              <dl className="cost">
                <div>
                  <dt>{describe(range)}</dt>
                  <dd className="num big">{(([value]) => (value === undefined ? '–' : formatValue(value, 'usd')))([single(spent)])}</dd>
                </div>
                <div>
                  <dt>Now, per hour</dt>
                  <dd className="num">{rate === undefined ? '–' : formatValue(rate, 'usd')}</dd>
                </div>
                <div>
                  <dt>At this rate, per 30 days</dt>
                  <dd className="num">{rate === undefined ? '–' : formatValue(rate * 720, 'usd')}</dd>
                </div>
                <div>
                  <dt>For idle GPUs, per hour</dt>
                  <dd className="num">
                    {rate === undefined || idleShare === undefined ? (
                      '–'
                    ) : (
                      <Meter share={idleShare} text={formatValue(rate * idleShare, 'usd')} label="Share of idle GPUs" warnAt={0.1} badAt={0.3} />
                    )}
                  </dd>
                </div>
              </dl>
              <Teams />
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

/** What each team spends now, beside what it may. */
function Teams() {
  const spending = useSamples(COST.perHourOfTeams);
  const budget = useSamples(`sum by (team) (${COST.budgetPerHour})`);
  const teams = (spending.data ?? []).filter(({ labels }) => labels['team']);
  if (teams.length === 0) {
    return null;
  }
  return (
    <table className="grid" style={{ marginTop: 8 }} aria-label="Cost by team">
      <tbody>
        {[...teams]
          .sort((a, b) => b.value - a.value)
          .map(({ labels, value }) => {
            const team = labels['team'] ?? '';
            const limit = budget.data?.find((one) => one.labels['team'] === team)?.value;
            return (
              <tr key={team}>
                <td>{team}</td>
                <td className="right num">{formatValue(value, 'usd')}/h</td>
                <td style={{ width: '45%' }}>
                  {limit !== undefined && limit > 0 && (
                    <Meter
                      share={value / limit}
                      text={`${Math.round((100 * value) / limit)}%`}
                      label={`Share of the budget of ${team}`}
                      warnAt={0.9}
                      badAt={1.0001}
                    />
                  )}
                </td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}
