import { useQuery } from '@tanstack/react-query';
import { levelOfWord } from '@/api/loki';
import { logsOfTrace } from '@/api/traces';
import { formatNanos } from '@/chart/units';
import { LEVEL_COLOURS } from '@/logs/levels';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import type { TraceTree } from './tree';

interface TraceLogsProps {
  readonly traceId: string;
  readonly tree: TraceTree;
  readonly onSpan: (spanId: string) => void;
}

/** What was logged under the trace's id, in the order it happened. */
export function TraceLogs({ traceId, tree, onSpan }: TraceLogsProps) {
  const records = useQuery({ queryKey: ['trace logs', traceId], queryFn: ({ signal }) => logsOfTrace(traceId, signal) });
  const operations = new Map(tree.rows.map(({ span }) => [span.spanId, `${span.service} ${span.operation}`]));
  return (
    <Panel title={records.data ? `${records.data.length} log lines` : 'Log lines'} label="Logs of the trace" flush>
      <Answer of={records} what="The logs of the trace">
        {(found) =>
          found.length === 0 ? (
            <Empty title="Nothing was logged under this trace id">
              Log records carry it when the OpenTelemetry log appender, or trace_id as structured metadata, is used.
            </Empty>
          ) : (
            <div style={{ overflow: 'auto', maxHeight: 'calc(100vh - 200px)' }}>
              <table className="grid">
                <thead>
                  <tr>
                    <th className="right">After start</th>
                    <th>Level</th>
                    <th>Span</th>
                    <th>Line</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map((record, index) => (
                    <tr key={index}>
                      <td className="right num dim">+{formatNanos(Number(BigInt(record.timeNanos) - tree.startNanos))}</td>
                      <td style={{ color: LEVEL_COLOURS[levelOfWord(record.severity)] }}>{record.severity}</td>
                      <td>
                        {operations.has(record.spanId) ? (
                          <button type="button" className="link" onClick={() => onSpan(record.spanId)}>
                            {operations.get(record.spanId)}
                          </button>
                        ) : (
                          <span className="dim">{record.labels['service_name'] ?? ''}</span>
                        )}
                      </td>
                      <td className="mono" style={{ overflowWrap: 'anywhere' }}>
                        {record.line}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}
