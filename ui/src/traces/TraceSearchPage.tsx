import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { operations, searchTraces, services, type TraceSummary } from '@/api/traces';
import { formatNanos } from '@/chart/units';
import { parseDuration } from '@/time/duration';
import { formatDateTime } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { traceAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { changeQuery, navigate, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { State } from '@/view/Tag';
import { parseAttributes } from './attributes';
import { serviceColour } from './colours';
import { TraceScatter } from './TraceScatter';

const DEFAULT_LIMIT = 50;
const DURATION = /^\d+(\.\d+)?(ns|us|µs|ms|s|m|h)$/;

export function TraceSearchPage() {
  const { query } = usePlace();
  const time = useTimeWindow();
  const service = query.get('service') ?? '';
  const operation = query.get('operation') ?? '';
  const tags = query.get('tags') ?? '';
  const asked = {
    service,
    operation,
    attributes: parseAttributes(tags) ?? {},
    minDuration: query.get('min') ?? '',
    maxDuration: query.get('max') ?? '',
    limit: Number(query.get('limit') ?? DEFAULT_LIMIT) || DEFAULT_LIMIT,
    startMillis: time.startMillis,
    endMillis: time.endMillis,
  };
  const found = useQuery({
    queryKey: ['traces', asked],
    queryFn: ({ signal }) => searchTraces(asked, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="stack">
      <SearchForm />
      <Panel title={found.data ? `${found.data.length} traces` : 'Traces'} label="Traces found" flush>
        <Answer of={found} what="The traces">
          {(traces) =>
            traces.length === 0 ? (
              <Empty title="No trace matches in this time range">
                Widen the range or loosen the search. Nothing sends traces yet? Any OpenTelemetry SDK or Zipkin reporter can:{' '}
                <Link to="/connect">how to connect</Link>
              </Empty>
            ) : (
              <>
                <TraceScatter traces={traces} startMillis={time.startMillis} endMillis={time.endMillis} />
                <TraceTable traces={traces} />
              </>
            )
          }
        </Answer>
      </Panel>
    </div>
  );
}

function SearchForm() {
  const { query } = usePlace();
  const { startMillis, endMillis } = useTimeWindow();
  const fields = ['service', 'operation', 'tags', 'min', 'max', 'limit'] as const;
  const inAddress = Object.fromEntries(fields.map((name) => [name, query.get(name) ?? '']));
  const [draft, setDraft] = useState<Record<string, string>>(inAddress);
  const addressKey = JSON.stringify(inAddress);
  useEffect(() => setDraft(JSON.parse(addressKey) as Record<string, string>), [addressKey]);
  const set = (name: string, value: string) => setDraft((now) => ({ ...now, [name]: value }));

  const serviceNames = useQuery({
    queryKey: ['services', Math.floor(startMillis / 60_000), Math.floor(endMillis / 60_000)],
    queryFn: ({ signal }) => services(startMillis, endMillis, signal),
    placeholderData: keepPreviousData,
  });
  const service = draft['service'] ?? '';
  const operationNames = useQuery({
    queryKey: ['operations', service, Math.floor(startMillis / 60_000)],
    queryFn: ({ signal }) => operations(service, startMillis, endMillis, signal),
    enabled: service !== '',
  });
  const tagsAreWrong = parseAttributes(draft['tags'] ?? '') === undefined;
  const isWrong = (text = '') => text !== '' && !DURATION.test(text) && parseDuration(text) === undefined;
  const traceId = /^[0-9a-f]{16,32}$/i.test((draft['tags'] ?? '').trim()) ? (draft['tags'] ?? '').trim() : '';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (traceId !== '') {
      navigate(traceAddress(traceId.toLowerCase()));
    } else if (!tagsAreWrong && !isWrong(draft['min']) && !isWrong(draft['max'])) {
      changeQuery(draft);
    }
  };
  const now = (changes: Record<string, string>) => {
    setDraft((before) => ({ ...before, ...changes }));
    changeQuery({ ...draft, ...changes });
  };
  return (
    <form className="panel trace-search" onSubmit={submit} aria-label="Search traces">
      <Select
        label="Service"
        placeholder="Any"
        searchable
        clearable
        data={withChoice(serviceNames.data, service)}
        value={service || null}
        onChange={(value) => now({ service: value ?? '', operation: '' })}
        nothingFoundMessage="No service in this time range"
      />
      <Select
        label="Operation"
        placeholder="Any"
        searchable
        clearable
        disabled={service === ''}
        data={withChoice(operationNames.data, draft['operation'] ?? '')}
        value={(draft['operation'] ?? '') || null}
        onChange={(value) => now({ operation: value ?? '' })}
      />
      <TextInput
        data-search
        label="Attributes, or a trace id"
        placeholder="http.response.status_code=500 gen_ai.request.model=llama"
        value={draft['tags'] ?? ''}
        error={tagsAreWrong && traceId === '' ? 'Write key=value pairs' : undefined}
        onChange={(event) => set('tags', event.currentTarget.value)}
      />
      <TextInput
        label="Longer than"
        placeholder="100ms"
        value={draft['min'] ?? ''}
        error={isWrong(draft['min']) ? 'As in 1.5s' : undefined}
        onChange={(event) => set('min', event.currentTarget.value)}
      />
      <TextInput
        label="Shorter than"
        placeholder="5s"
        value={draft['max'] ?? ''}
        error={isWrong(draft['max']) ? 'As in 1.5s' : undefined}
        onChange={(event) => set('max', event.currentTarget.value)}
      />
      <NumberInput
        label="Limit"
        placeholder={String(DEFAULT_LIMIT)}
        min={1}
        max={1000}
        value={draft['limit'] ?? ''}
        onChange={(value) => set('limit', String(value))}
      />
      <Button type="submit" leftSection={<IconSearch size={13} />}>
        Search
      </Button>
    </form>
  );
}

function withChoice(found: readonly string[] | undefined, chosen: string): string[] {
  return [...new Set([...(found ?? []), ...(chosen === '' ? [] : [chosen])])];
}

function TraceTable({ traces }: { readonly traces: readonly TraceSummary[] }) {
  const [byDuration, setByDuration] = useState(false);
  const longest = Math.max(...traces.map(({ durationNanos }) => durationNanos), 1);
  const rows = byDuration ? [...traces].sort((a, b) => b.durationNanos - a.durationNanos) : traces;
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="grid">
        <thead>
          <tr>
            <th>
              <button type="button" className="sort" onClick={() => setByDuration(false)}>
                Start {byDuration ? '' : '↓'}
              </button>
            </th>
            <th>Root</th>
            <th style={{ width: '24%' }}>
              <button type="button" className="sort" onClick={() => setByDuration(true)}>
                Duration {byDuration ? '↓' : ''}
              </button>
            </th>
            <th className="right">Spans</th>
            <th>Services</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((trace) => (
            <tr key={trace.traceId}>
              <td className="num dim" style={{ whiteSpace: 'nowrap' }}>
                {formatDateTime(Number(trace.startTimeNanos.slice(0, -6)))}
              </td>
              <td>
                <Link to={traceAddress(trace.traceId)}>
                  <b style={{ fontWeight: 550 }}>{trace.rootService}</b> {trace.rootOperation}
                </Link>{' '}
                {trace.errorCount > 0 && <State tone="bad">{trace.errorCount === 1 ? '1 error' : `${trace.errorCount} errors`}</State>}
              </td>
              <td>
                <div className="row">
                  <span className="num" style={{ width: 68, textAlign: 'right' }}>
                    {formatNanos(trace.durationNanos)}
                  </span>
                  <span className="duration-bar" aria-hidden>
                    <i
                      style={{
                        width: `${(100 * trace.durationNanos) / longest}%`,
                        background: trace.errorCount > 0 ? 'var(--bv-bad)' : 'var(--bv-accent)',
                      }}
                    />
                  </span>
                </div>
              </td>
              <td className="right num">{trace.spanCount}</td>
              <td>
                {trace.services.slice(0, 6).map(({ name, spanCount }) => (
                  <span key={name} className="tag" style={{ marginRight: 4 }}>
                    <i className="service-dot" style={{ background: serviceColour(name) }} />
                    {name} <span className="dim">{spanCount}</span>
                  </span>
                ))}
                {trace.services.length > 6 && <span className="dim">+{trace.services.length - 6}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
