import { RangePanel } from '@/chart/RangePanel';
import { useSamples } from '@/chart/useSamples';
import { formatValue, type Unit } from '@/chart/units';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { Answer } from '@/view/Answer';
import { Meter } from '@/view/Meter';
import { Panel } from '@/view/Panel';
import { Absent } from './Absent';
import { IMAGES, LLM, NOW_WINDOW, perModel, quantile } from './signals';

const waitingPerModel = perModel(`sum by (model_name) (${LLM.waiting})`, `sum by (model) (${IMAGES.waiting})`);

export function Serving() {
  const waiting = useSamples(waitingPerModel);
  return (
    <Panel title="Model serving" actions={<Link to={metricsAddress(LLM.running)}>Explore</Link>}>
      <Answer of={waiting} what="Model serving">
        {(models) =>
          models.length === 0 ? (
            <Absent what="No model server reports. vLLM exposes what is needed on its API port." source="serving" />
          ) : (
            <>
              <div className="three">
                <RangePanel
                  title="LLM latency"
                  unit="seconds"
                  height={104}
                  queries={[
                    { expr: quantile(0.5, LLM.latencyBuckets), name: 'p50', colour: '#5b9cf5' },
                    { expr: quantile(0.95, LLM.latencyBuckets), name: 'p95', colour: '#e0a03c' },
                    { expr: quantile(0.99, LLM.latencyBuckets), name: 'p99', colour: '#e0748a' },
                  ]}
                />
                <RangePanel
                  title="LLM tokens per second"
                  height={104}
                  queries={[
                    { expr: `sum(rate(${LLM.promptTokens}[$window]))`, name: 'prompt', colour: '#52b9a0' },
                    { expr: `sum(rate(${LLM.generatedTokens}[$window]))`, name: 'generated', colour: '#c678dd' },
                  ]}
                />
                <RangePanel
                  title="Requests in hand"
                  height={104}
                  queries={[
                    { expr: `sum(${LLM.running})`, name: 'running', colour: '#5b9cf5' },
                    { expr: `sum(${LLM.waiting})`, name: 'waiting', colour: '#e0a03c' },
                    { expr: `sum(${IMAGES.waiting})`, name: 'images', colour: '#e0748a' },
                  ]}
                />
              </div>
              <Models />
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

/** One line per model: what its callers feel, and what it has left. */
function Models() {
  const by = 'model_name';
  const q = (p: number) =>
    perModel(quantile(p, LLM.latencyBuckets, by), quantile(p, IMAGES.latencyBuckets, 'model')).replaceAll('$window', NOW_WINDOW);
  const columns: { title: string; unit: Unit; expr: string }[] = [
    {
      title: 'Requests',
      unit: 'per second',
      expr: perModel(`sum by (${by}) (rate(${LLM.requests}[${NOW_WINDOW}]))`, `sum by (model) (rate(${IMAGES.requests}[${NOW_WINDOW}]))`),
    },
    { title: 'First token p95', unit: 'seconds', expr: quantile(0.95, LLM.firstTokenBuckets, by).replaceAll('$window', NOW_WINDOW) },
    { title: 'p50', unit: 'seconds', expr: q(0.5) },
    { title: 'p95', unit: 'seconds', expr: q(0.95) },
    { title: 'p99', unit: 'seconds', expr: q(0.99) },
    { title: 'Waiting', unit: 'number', expr: waitingPerModel },
  ];
  const answers = [
    useSamples(columns[0]?.expr ?? ''),
    useSamples(columns[1]?.expr ?? ''),
    useSamples(columns[2]?.expr ?? ''),
    useSamples(columns[3]?.expr ?? ''),
    useSamples(columns[4]?.expr ?? ''),
    useSamples(columns[5]?.expr ?? ''),
  ];
  const cache = useSamples(`avg by (${by}) (${LLM.cacheUse})`);
  const models = [...new Set(answers.flatMap(({ data }) => data?.map(({ labels }) => labels[by] ?? '') ?? []))].sort();
  return (
    <table className="grid" style={{ marginTop: 6 }} aria-label="Models served">
      <thead>
        <tr>
          <th>Model</th>
          {columns.map(({ title, expr }) => (
            <th key={title} className="right">
              <Link to={metricsAddress(expr)} style={{ color: 'inherit' }}>
                {title}
              </Link>
            </th>
          ))}
          <th style={{ width: 130 }}>KV cache</th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => {
          const cacheUse = cache.data?.find(({ labels }) => labels[by] === model)?.value;
          return (
            <tr key={model}>
              <td>{model}</td>
              {columns.map(({ title, unit }, i) => {
                const value = answers[i]?.data?.find(({ labels }) => (labels[by] ?? '') === model)?.value;
                return (
                  <td key={title} className="right num">
                    {value === undefined || Number.isNaN(value) ? '–' : formatValue(value, unit)}
                  </td>
                );
              })}
              <td>
                {cacheUse !== undefined && (
                  <Meter share={cacheUse} text={formatValue(cacheUse, 'ratio')} label={`KV cache of ${model}`} warnAt={0.9} badAt={0.97} />
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
