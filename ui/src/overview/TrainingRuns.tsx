import type { Labels, Sample } from '@/api/prometheus';
import { useSamples } from '@/chart/useSamples';
import { formatValue } from '@/chart/units';
import { gridOf, useRangeQueries } from '@/chart/useRange';
import { formatSpan } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { Answer } from '@/view/Answer';
import { Meter } from '@/view/Meter';
import { Panel } from '@/view/Panel';
import { Spark } from '@/view/Spark';
import { State } from '@/view/Tag';
import { Absent } from './Absent';
import { RUN_LABELS, stalled, stragglers, TRAINING } from './signals';

/** Without a step for this long a run counts as stalled. */
const STALLED_SECONDS = 120;

/** A run that fell silent stays in the table this long. */
const REMEMBERED = '1h';

const SILENT_SECONDS = 60;

/** A rank this much slower than the median of its run holds all others up. */
const STRAGGLER_FACTOR = 1.2;

function runOf(labels: Labels): string {
  return RUN_LABELS.map((name) => labels[name]).find(Boolean) ?? '';
}

function selectorOf(labels: Labels): string {
  const name = RUN_LABELS.find((one) => labels[one]);
  return name === undefined ? '' : `{${name}=${JSON.stringify(labels[name])}}`;
}

function valueOf(samples: readonly Sample[] | undefined, run: string): number | undefined {
  return samples?.find(({ labels }) => runOf(labels) === run)?.value;
}

export function TrainingRuns() {
  const time = useTimeWindow();
  const loss = useSamples(`last_over_time(${TRAINING.loss}[${REMEMBERED}])`);
  const step = useSamples(`last_over_time(${TRAINING.step}[${REMEMBERED}])`);
  const steps = useSamples(`last_over_time(${TRAINING.steps}[${REMEMBERED}])`);
  const tokens = useSamples(TRAINING.tokensPerSecond);
  const slow = useSamples(stragglers(STRAGGLER_FACTOR));
  const standing = useSamples(stalled(STALLED_SECONDS));
  const age = useSamples(`time() - max_over_time(timestamp(${TRAINING.step})[${REMEMBERED}:15s])`);
  const [curves] = useRangeQueries([TRAINING.loss], gridOf(time.startMillis, time.endMillis, 80));
  return (
    <Panel title="Training runs" actions={<Link to={metricsAddress([TRAINING.loss, TRAINING.tokensPerSecond])}>Explore</Link>} flush>
      <Answer of={loss} what="The training runs">
        {(found) =>
          found.length === 0 ? (
            <Absent what="No training run reports. A loss and a step with a run label are enough." source="training" />
          ) : (
            <table className="grid">
              <thead>
                <tr>
                  <th>Run</th>
                  <th>Step</th>
                  <th className="right">Loss</th>
                  <th>Over time</th>
                  <th className="right">Tokens/s</th>
                  <th className="right">Reported</th>
                </tr>
              </thead>
              <tbody>
                {found.map(({ labels, value }) => {
                  const run = runOf(labels);
                  const done = valueOf(step.data, run);
                  const planned = valueOf(steps.data, run);
                  const isStalled = valueOf(standing.data, run) !== undefined;
                  const curve = curves?.data?.series.find((one) => runOf(one.labels) === run);
                  const reported = valueOf(age.data, run);
                  const isSilent = (reported ?? 0) > SILENT_SECONDS;
                  const straggler = slow.data?.find((one) => runOf(one.labels) === run);
                  return (
                    <tr key={run}>
                      <td>
                        <Link to={metricsAddress([TRAINING.loss + selectorOf(labels), TRAINING.step + selectorOf(labels)])}>{run}</Link>{' '}
                        {isSilent ? <State tone="bad">silent</State> : isStalled && <State tone="bad">stalled</State>}{' '}
                        {straggler && !isSilent && (
                          <Link to={metricsAddress(TRAINING.rankCompute + selectorOf(labels))}>
                            <State tone="warn">{`rank ${straggler.labels['rank'] ?? '?'} is ${Math.round((straggler.value - 1) * 100)} % slower`}</State>
                          </Link>
                        )}
                        {Number.isNaN(value) && <State tone="bad">loss is NaN</State>}
                      </td>
                      <td>
                        {done === undefined ? (
                          '–'
                        ) : planned ? (
                          <Meter share={done / planned} text={formatValue(done)} label={`Steps of ${run}`} />
                        ) : (
                          <span className="num">{formatValue(done)}</span>
                        )}
                      </td>
                      <td className="right num">{formatValue(value)}</td>
                      <td>{curve && <Spark values={curve.values} label={`Loss of ${run} over time`} />}</td>
                      <td className="right num">{(([rate]) => rate === undefined ? '–' : formatValue(rate))([valueOf(tokens.data, run)])}</td>
                      <td className="right num dim">{reported === undefined ? '' : `${formatSpan(Math.max(0, reported) * 1000)} ago`}</td>
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

