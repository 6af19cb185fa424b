import { useSamples } from '@/chart/useSamples';
import { formatNumber } from '@/chart/units';
import { formatSpan } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { State } from '@/view/Tag';
import { Absent } from './Absent';
import { PIPELINE } from './signals';

const LATE_SECONDS = 7200;

export function Pipelines() {
  const { startMillis, endMillis } = useTimeWindow();
  const range = `${Math.max(60, Math.round((endMillis - startMillis) / 1000))}s`;
  const age = useSamples(`time() - max by (pipeline) (${PIPELINE.lastSuccess})`);
  const runs = useSamples(`sum by (pipeline, status) (increase(${PIPELINE.runs}[${range}]))`);
  const count = (pipeline: string, isFailure: boolean) =>
    (runs.data ?? [])
      .filter(({ labels }) => labels['pipeline'] === pipeline && /fail|error|abort/i.test(labels['status'] ?? '') === isFailure)
      .reduce((sum, { value }) => sum + value, 0);
  return (
    <Panel title="Data pipelines" actions={<Link to={metricsAddress(`time() - ${PIPELINE.lastSuccess}`)}>Explore</Link>} flush>
      <Answer of={age} what="The pipelines">
        {(found) =>
          found.length === 0 ? (
            <Absent what="No pipeline reports. A timestamp of the last success per pipeline is enough." source="scrape" />
          ) : (
            <table className="grid">
              <thead>
                <tr>
                  <th>Pipeline</th>
                  <th className="right">Last success</th>
                  <th className="right">Done</th>
                  <th className="right">Failed</th>
                </tr>
              </thead>
              <tbody>
                {[...found]
                  .sort((a, b) => b.value - a.value)
                  .map(({ labels, value }) => {
                    const pipeline = labels['pipeline'] ?? '';
                    const failures = count(pipeline, true);
                    return (
                      <tr key={pipeline}>
                        <td>
                          <Link to={metricsAddress(`${PIPELINE.lastSuccess}{pipeline=${JSON.stringify(pipeline)}}`)}>{pipeline}</Link>{' '}
                          {value > LATE_SECONDS && <State tone="warn">late</State>}
                        </td>
                        <td className="right num">{formatSpan(Math.max(0, value) * 1000)} ago</td>
                        <td className="right num">{formatNumber(Math.round(count(pipeline, false)))}</td>
                        <td className={`right num ${failures >= 0.5 ? 'bad' : 'dim'}`}>{formatNumber(Math.round(failures))}</td>
                      </tr>
                    );
                  })}
              </tbody>
            </table>
          )
        }
      </Answer>
    </Panel>
  );
}
