import type { ReactNode } from 'react';
import type { SeriesCount } from '@/api/cardinality';
import { formatValue } from '@/chart/units';
import { share } from './selector';

export interface CountRow {
  readonly key: string;
  readonly name: ReactNode;
  readonly series: SeriesCount;
  /** Of samples in blocks. */
  readonly bytes?: number;
  readonly more?: ReactNode;
}

interface CountTableProps {
  readonly label: string;
  readonly head: string;
  readonly moreHead?: string;
  readonly rows: readonly CountRow[];
  /** All series that are counted. */
  readonly all: SeriesCount;
  readonly isNarrow?: boolean;
}

/** Who has how many series, with the share of all as a bar. */
export function CountTable({ label, head, moreHead, rows, all, isNarrow = false }: CountTableProps) {
  const total = all.total;
  const hasBytes = rows.some((row) => row.bytes !== undefined);
  const isYoung = all.newInDay > 0.9 * total;
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="grid" aria-label={label}>
        <thead>
          <tr>
            <th>{head}</th>
            <th className="right">Series</th>
            <th className="right">Active</th>
            {!isNarrow && <th className="right">New in 1h</th>}
            {!isNarrow && <th className="right">New in 24h</th>}
            {hasBytes && (
              <th className="right" title="Of all series of the metric, whatever the selector; without what is in memory and the index">
                Bytes in blocks
              </th>
            )}
            {moreHead !== undefined && <th className="right">{moreHead}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, series, bytes, more }) => (
            <tr key={key}>
              <td className="mono">
                {name}
                <span className="card-share" aria-hidden>
                  <i style={{ width: `${100 * share(series.total, total)}%` }} />
                </span>
              </td>
              <td className="right num" title={`${((100 * series.total) / Math.max(1, total)).toFixed(1)}% of ${total}`}>
                {formatValue(series.total)}
              </td>
              <td className="right num">{formatValue(series.active)}</td>
              {!isNarrow && <Growth count={series.newInHour} of={isYoung ? undefined : series.total} />}
              {!isNarrow && <Growth count={series.newInDay} of={isYoung ? undefined : series.total} />}
              {hasBytes && <td className={`right num ${bytes ? '' : 'dim'}`}>{bytes ? formatValue(bytes, 'bytes') : '–'}</td>}
              {moreHead !== undefined && <td className="right num">{more}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** More than a tenth anew is what one looks for, unless the whole store is young. */
function Growth({ count, of }: { readonly count: number; readonly of: number | undefined }) {
  const isStriking = of !== undefined && count > of / 10;
  return <td className={`right num ${count === 0 ? 'dim' : isStriking ? 'warn' : ''}`}>{count === 0 ? '–' : `+${formatValue(count)}`}</td>;
}
