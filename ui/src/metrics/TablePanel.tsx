import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { query, type Sample } from '@/api/prometheus';
import { formatValue, guessUnit } from '@/chart/units';
import { formatDateTime } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { Tags } from '@/view/Tag';

const MOST_ROWS = 500;

/** The values at the end of the time range, one table per query. */
export function TablePanel({ queries }: { readonly queries: readonly string[] }) {
  const { endMillis } = useTimeWindow();
  const answers = useQueries({
    queries: queries.map((expr) => ({
      queryKey: ['query', expr, endMillis],
      queryFn: ({ signal }: { signal: AbortSignal }) => query(expr, endMillis / 1000, signal),
    })),
  });
  return (
    <>
      {answers.map((answer, index) => (
        <Panel
          key={queries[index]}
          title={<span className="mono">{queries[index]}</span>}
          label={`Values of ${queries[index]}`}
          actions={<span className="dim num">at {formatDateTime(endMillis)}</span>}
          flush
        >
          <Answer of={answer} what="The values">
            {(samples) => <Values samples={samples} expr={queries[index] ?? ''} />}
          </Answer>
        </Panel>
      ))}
    </>
  );
}

function Values({ samples, expr }: { readonly samples: readonly Sample[]; readonly expr: string }) {
  const [descending, setDescending] = useState<boolean | undefined>();
  const unit = guessUnit(expr);
  if (samples.length === 0) {
    return <Empty title="No value at this time">The query matches no series that has a sample near the end of the range.</Empty>;
  }
  const sorted =
    descending === undefined ? samples : [...samples].sort((a, b) => (descending ? b.value - a.value : a.value - b.value));
  return (
    <div style={{ overflowX: 'auto', maxHeight: '60vh' }}>
      <table className="grid">
        <thead>
          <tr>
            <th>Series ({samples.length})</th>
            <th className="right" aria-sort={descending === undefined ? 'none' : descending ? 'descending' : 'ascending'}>
              <button type="button" className="sort" onClick={() => setDescending(!descending)}>
                Value {descending === undefined ? '' : descending ? '↓' : '↑'}
              </button>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, MOST_ROWS).map(({ labels, value }, index) => (
            <tr key={index}>
              <td>
                {labels['__name__'] !== undefined && <span className="mono">{labels['__name__']} </span>}
                <Tags labels={labels} without={['__name__']} />
              </td>
              <td className="right num" title={String(value)}>
                {formatValue(value, unit)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > MOST_ROWS && <div className="query-note">{sorted.length - MOST_ROWS} more rows are not shown.</div>}
    </div>
  );
}
