import type { Order, QueryTotal } from '@/api/queries';
import { formatValue } from '@/chart/units';
import { formatAge, formatDateTime } from '@/time/range';
import { changeQuery } from '@/url/location';
import { Share } from '@/view/Share';
import { QueryText } from './QueryText';
import { exploreAddress } from './words';

interface Column {
  readonly by: Order;
  readonly head: string;
  readonly title: string;
  readonly of: (query: QueryTotal) => number;
  readonly unit: 'seconds' | 'number' | 'bytes';
}

const COLUMNS: readonly Column[] = [
  { by: 'total', head: 'Total', title: 'Elapsed time of all, waiting included', of: (one) => one.totalSeconds, unit: 'seconds' },
  { by: 'worst', head: 'Slowest', title: 'The longest elapsed time of one', of: (one) => one.worstSeconds, unit: 'seconds' },
  { by: 'compute', head: 'Computed', title: 'Elapsed time of all without waiting for a place or a turn', of: (one) => one.computeSeconds, unit: 'seconds' },
  { by: 'count', head: 'Asked', title: 'How often it was asked', of: (one) => one.count, unit: 'number' },
  { by: 'samples', head: 'Samples read', title: 'Decoded from storage', of: (one) => one.samplesRead, unit: 'number' },
  { by: 'bytes', head: 'Bytes read', title: 'Of logs and traces', of: (one) => one.bytesRead, unit: 'bytes' },
];

/** What each text has cost, ordered by one of the columns; the bar is its share of the largest. */
export function TopTable({ queries, by }: { readonly queries: readonly QueryTotal[]; readonly by: Order }) {
  const ordered = COLUMNS.find((column) => column.by === by) ?? COLUMNS[0]!;
  const largest = Math.max(...queries.map(ordered.of), Number.MIN_VALUE);
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="grid" aria-label="Top queries">
        <thead>
          <tr>
            <th>Query</th>
            {COLUMNS.map((column) => (
              <th key={column.by} className="right" title={column.title} aria-sort={column.by === by ? 'descending' : 'none'}>
                <button type="button" className="sort" onClick={() => changeQuery({ by: column.by === 'total' ? undefined : column.by })}>
                  {column.head} {column.by === by ? '↓' : ''}
                </button>
              </th>
            ))}
            <th className="right" title="Steps of ranges that were answered from kept results">
              Kept
            </th>
            <th className="right">Last</th>
          </tr>
        </thead>
        <tbody>
          {queries.map((query) => (
            <tr key={`${query.language} ${query.query}`}>
              <td>
                <QueryText
                  language={query.language}
                  text={query.isCut ? `${query.query}…` : query.query}
                  to={query.isCut ? undefined : exploreAddress(query.language, query.query)}
                >
                  {query.failures > 0 && <span className="bad"> · {formatValue(query.failures)} failed</span>}
                </QueryText>
                <Share of={ordered.of(query) / largest} />
              </td>
              {COLUMNS.map(({ by: column, of, unit }) => (
                <td key={column} className={`right num query-number ${of(query) === 0 ? 'dim' : ''}`}>
                  {of(query) === 0 ? '–' : formatValue(of(query), unit)}
                </td>
              ))}
              <td
                className={`right num query-number ${query.stepsKept === 0 ? 'dim' : ''}`}
                title={`${query.stepsKept.toLocaleString('en')} of ${query.steps.toLocaleString('en')} steps`}
              >
                {query.stepsKept === 0 ? '–' : formatValue(query.stepsKept / query.steps, 'ratio')}
              </td>
              <td className="right num query-number" title={formatDateTime(Date.parse(query.last))}>
                {formatAge(Date.now() - Date.parse(query.last))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
