import { useQueries } from '@tanstack/react-query';
import { explain, type Explained } from '@/api/explain';
import type { Grid } from '@/api/prometheus';
import { formatValue } from '@/chart/units';
import { Answer } from '@/view/Answer';
import { Meter } from '@/view/Meter';
import { Panel } from '@/view/Panel';
import { kindOf, rowsOf } from './plan';

interface ExplainPanelProps {
  readonly queries: readonly string[];
  readonly grid: Grid;
}

/** What each part of the queries costs over the time range, worked out anew. */
export function ExplainPanel({ queries, grid }: ExplainPanelProps) {
  const answers = useQueries({
    queries: queries.map((expr) => ({
      queryKey: ['explain', expr, grid.startSeconds, grid.endSeconds, grid.stepSeconds],
      queryFn: ({ signal }: { signal: AbortSignal }) => explain(expr, grid, signal),
    })),
  });
  return (
    <>
      {answers.map((answer, index) => (
        <Panel
          key={queries[index]}
          title={<span className="mono">{queries[index]}</span>}
          label={`Cost of ${queries[index]}`}
          actions={answer.data && <Totals of={answer.data} />}
          flush
        >
          <Answer of={answer} what="The plan">
            {(explained) => <Plan of={explained} />}
          </Answer>
        </Panel>
      ))}
    </>
  );
}

function Totals({ of }: { readonly of: Explained }) {
  return (
    <span className="dim num">
      {formatValue(of.stats.timings.execTotalTime, 'seconds')} · {formatValue(of.plan.samplesRead)} samples ·{' '}
      {formatValue(of.steps)} steps · kept {of.cache}
    </span>
  );
}

function Plan({ of }: { readonly of: Explained }) {
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="grid">
        <thead>
          <tr>
            <th>Part</th>
            <th title="Elapsed, in this part alone">Time</th>
            <th className="right" title="Of the thread that works for the query, in this part alone; less than the time where the machine is busy">
              CPU
            </th>
            <th className="right">Series</th>
            <th className="right">Samples read</th>
            <th className="right">Blocks</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(of.plan).map(({ node, depth, share }, index) => (
            <tr key={index}>
              <td className="plan-part" style={{ paddingLeft: 10 + 18 * depth }}>
                <div>
                  <span className="plan-kind">{kindOf(node)}</span>
                  <span>
                    <span className="mono">{node.expr}</span>
                    {node.once && <span className="dim"> once for all steps</span>}
                  </span>
                </div>
              </td>
              <td className="plan-time">
                <Meter share={share} text={formatValue(node.seconds, 'seconds')} label={`Time of ${node.expr}`} />
              </td>
              <td className={`right num ${node.cpuSeconds === null ? 'dim' : ''}`} style={{ whiteSpace: 'nowrap' }}>
                {node.cpuSeconds === null ? '–' : formatValue(node.cpuSeconds, 'seconds')}
              </td>
              <td className="right num">{formatValue(node.series)}</td>
              <td className="right num">{formatValue(node.samplesRead)}</td>
              <td className="right num">{formatValue(node.blocksRead)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
