import type { Attribute } from '@/api/traces';
import { formatValue } from '@/chart/units';
import { formatDateTime, formatSpan } from '@/time/range';

type Tree = Attribute | Readonly<Record<string, Attribute>>;

/** Names end in their unit, so that a tree of numbers can be read without a page for each server version. */
export function leaf(name: string, value: Attribute): string {
  if (typeof value !== 'number') {
    return value === null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  if (/bytes/i.test(name)) {
    return formatValue(value, 'bytes');
  }
  if (/(time|timestamp|start|end|since)(millis|_millis|ms)$/i.test(name) && value > 1e12 && value < 1e13) {
    return formatDateTime(value);
  }
  if (/(millis|_ms)$/i.test(name)) {
    return formatSpan(value);
  }
  if (/seconds$/i.test(name) && value < 1e9) {
    return formatValue(value, 'seconds');
  }
  return Number.isInteger(value) ? value.toLocaleString('en').replaceAll(',', '\u202f') : formatValue(value);
}

interface StatusTreeProps {
  readonly value: Tree;
  /** What the tree is called, where its name carries the unit of what is in it: `sizeBytes`. */
  readonly name?: string;
}

export function StatusTree({ value, name: outer = '' }: StatusTreeProps) {
  if (Array.isArray(value)) {
    return <Rows rows={value} />;
  }
  if (typeof value !== 'object' || value === null) {
    return <span className="num">{leaf('', value)}</span>;
  }
  const entries = Object.entries(value as Record<string, Attribute>).filter(([, inner]) => inner !== '');
  if (entries.length === 0) {
    return <span className="dim">none</span>;
  }
  return (
    <dl className="facts">
      {entries.map(([name, inner]) => (
        <div key={name} className={typeof inner === 'object' && inner !== null ? 'wide' : ''}>
          <dt>{name}</dt>
          <dd>
            {typeof inner === 'object' && inner !== null ? <StatusTree value={inner} name={name} /> : <span className="num">{leaf(outer === '' ? name : `${outer}.${name}`, inner)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A list of records is a table; any other list is one line each. */
function Rows({ rows }: { readonly rows: readonly Attribute[] }) {
  const isTable = rows.length > 0 && rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row));
  if (!isTable) {
    return rows.length === 0 ? <span className="dim">none</span> : rows.map((row, i) => <div key={i}>{leaf('', row)}</div>);
  }
  const records = rows as { [key: string]: Attribute }[];
  const columns = [...new Set(records.flatMap((row) => Object.keys(row)))];
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="grid">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((row, i) => (
            <tr key={i}>
              {columns.map((column) => (
                <td key={column} className="num">
                  {leaf(column, row[column] ?? null)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
