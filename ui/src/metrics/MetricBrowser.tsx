import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { metricNames, metricMetadata } from '@/api/prometheus';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { Link } from '@/url/Link';

const MOST_ROWS = 200;

/** Where a person starts who does not know the names yet. */
export function MetricBrowser({ onChoose }: { readonly onChoose: (expr: string) => void }) {
  const [filter, setFilter] = useState('');
  const words = useDeferredValue(filter).toLowerCase().split(/\s+/).filter(Boolean);
  const names = useQuery({ queryKey: ['metric names'], queryFn: ({ signal }) => metricNames(signal) });
  const metadata = useQuery({ queryKey: ['metadata'], queryFn: ({ signal }) => metricMetadata(signal) });
  const described = useMemo(
    () =>
      (names.data ?? []).map((name) => {
        const family = name.replace(/_(bucket|count|sum)$/, '');
        const { type = '', help = '' } = metadata.data?.[name]?.[0] ?? metadata.data?.[family]?.[0] ?? {};
        return { name, type, help, text: `${name} ${help}`.toLowerCase() };
      }),
    [names.data, metadata.data],
  );
  const found = described.filter(({ text }) => words.every((word) => text.includes(word)));
  return (
    <Panel title="Metrics stored here" flush>
      <div style={{ padding: '0 12px 8px' }}>
        <TextInput
          aria-label="Filter metrics"
          placeholder="Filter by name or description"
          leftSection={<IconSearch size={14} />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      <Answer of={names} what="The metric names">
        {(all) =>
          all.length === 0 ? (
            <Empty title="No metrics yet">
              Point a Prometheus, an OpenTelemetry SDK or a scrape target here: <Link to="/connect">how to connect</Link>
            </Empty>
          ) : found.length === 0 ? (
            <Empty title="No metric matches">None of the {all.length} names contains these words.</Empty>
          ) : (
            <div style={{ overflow: 'auto', maxHeight: 'calc(100vh - 270px)' }}>
              <table className="grid">
                <tbody>
                  {found.slice(0, MOST_ROWS).map(({ name, type, help }) => (
                    <tr key={name}>
                      <td style={{ width: '40%' }}>
                        <button type="button" className="pick mono" onClick={() => onChoose(starter(name, type))}>
                          {name}
                        </button>
                      </td>
                      <td className="dim" style={{ width: 80 }}>
                        {type}
                      </td>
                      <td className="dim">{help}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {found.length > MOST_ROWS && (
                <div className="query-note">{found.length - MOST_ROWS} more: narrow the filter to see them.</div>
              )}
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

/** The query one usually wants of a metric of that type. */
export function starter(name: string, type: string): string {
  if (name.endsWith('_bucket')) {
    return `histogram_quantile(0.95, sum by (le) (rate(${name}[5m])))`;
  }
  return type === 'counter' || (type === '' && name.endsWith('_total')) ? `rate(${name}[5m])` : name;
}
