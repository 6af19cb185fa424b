import type { ReactNode } from 'react';
import type { SeriesCount, Sort } from '@/api/cardinality';
import { formatValue } from '@/chart/units';
import { Share } from '@/view/Share';
import { Spark } from '@/view/Spark';
import { AGES, AGE_TEXT, daily, growth, type Age, type Past } from './growth';
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
  /** What all series together tell. */
  readonly past: Past;
  readonly sort?: Sort;
  /** Absent where the order is fixed. */
  readonly onSort?: (sort: Sort) => void;
  readonly isNarrow?: boolean;
}

/** Who has how many series, with the share of all as a bar, and how that has changed. */
export function CountTable({ label, head, moreHead, rows, past, sort, onSort, isNarrow = false }: CountTableProps) {
  const hasBytes = rows.some((row) => row.bytes !== undefined);
  const ages: readonly Age[] = isNarrow ? ['day'] : ['hour', 'day', 'week'];
  const sortable = (by: Sort, text: string, title: string) => (
    <th key={by} className="right" title={title} aria-sort={onSort === undefined ? undefined : sort === by ? 'descending' : 'none'}>
      {onSort === undefined ? (
        text
      ) : (
        <button type="button" className="sort" onClick={() => onSort(by)}>
          {text} {sort === by ? '↓' : ''}
        </button>
      )}
    </th>
  );
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="grid" aria-label={label}>
        <thead>
          <tr>
            <th>{head}</th>
            {sortable('total', 'Series', 'With samples in memory or in a block')}
            <th className="right" title="With samples in the last hour">
              Active
            </th>
            {!isNarrow && (
              <th className="card-spark" title="Active series, day by day">
                7 days
              </th>
            )}
            {ages.map((age, i) => sortable(age, i === 0 ? `Growth ${AGE_TEXT[age]}` : AGE_TEXT[age], `How many more are active than ${AGE_TEXT[age]} ago`))}
            {!isNarrow && (
              <th className="right" title="First seen in the last 24 hours, whether they are active or not">
                New in 24 h
              </th>
            )}
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
                <Share of={share(series.total, past.all.total)} />
              </td>
              <td
                className="right num"
                title={`${((100 * series.total) / Math.max(1, past.all.total)).toFixed(1)}% of ${past.all.total}`}
              >
                {formatValue(series.total)}
              </td>
              <td className="right num">{formatValue(series.active)}</td>
              {!isNarrow && (
                <td className="card-spark">
                  <Spark values={daily(series, past)} label="Active series, day by day" width={84} height={20} from={0} />
                </td>
              )}
              {ages.map((age) => (
                <Growth key={age} series={series} past={past} age={age} />
              ))}
              {!isNarrow && (
                <td className={`right num ${series.newInDay === 0 ? 'dim' : ''}`}>{series.newInDay === 0 ? '–' : formatValue(series.newInDay)}</td>
              )}
              {hasBytes && <td className={`right num ${bytes ? '' : 'dim'}`}>{bytes ? formatValue(bytes, 'bytes') : '–'}</td>}
              {moreHead !== undefined && <td className="right num">{more}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface GrowthProps {
  readonly series: SeriesCount;
  readonly past: Past;
  readonly age: Age;
}

/** More than a tenth in a day is what one looks for. */
function Growth({ series, past, age }: GrowthProps) {
  const more = growth(series, past, age);
  if (more === undefined) {
    return (
      <td className="right num dim" title={`Nothing is known of ${AGE_TEXT[age]} ago`}>
        –
      </td>
    );
  }
  const before = series.active - more;
  const isStriking = more > before / 10 && more > past.all.active / 1000;
  const title = `${before.toLocaleString('en')} active ${AGE_TEXT[age]} ago, ${series.active.toLocaleString('en')} now`;
  return (
    <td className={`right num ${more <= 0 ? 'dim' : isStriking && AGES[age] <= AGES.day ? 'warn' : ''}`} title={title}>
      {more === 0 ? '0' : more > 0 ? `+${formatValue(more)}` : `\u2212${formatValue(-more)}`}
    </td>
  );
}
