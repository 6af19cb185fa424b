import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconAlertCircle, IconArrowLeft, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { spansOfTrace } from '@/api/traces';
import { formatNanos } from '@/chart/units';
import { formatDateTime } from '@/time/range';
import { Link } from '@/url/Link';
import { changeQuery, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { State } from '@/view/Tag';
import { serviceColour } from './colours';
import { SpanDetail } from './SpanDetail';
import { TraceLogs } from './TraceLogs';
import { TraceMap } from './TraceMap';
import { traceTree, type PlacedSpan, type TraceTree } from './tree';
import { Waterfall } from './Waterfall';

export function TracePage({ traceId }: { readonly traceId: string }) {
  const spans = useQuery({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => spansOfTrace(traceId, signal),
    structuralSharing: false,
  });
  const tree = useMemo(() => (spans.data ? traceTree(spans.data) : undefined), [spans.data]);
  return (
    <Answer of={spans} what={`Trace ${traceId}`}>
      {() => (tree ? <Trace traceId={traceId} tree={tree} /> : null)}
    </Answer>
  );
}

function Trace({ traceId, tree }: { readonly traceId: string; readonly tree: TraceTree }) {
  const { query } = usePlace();
  const selectedId = query.get('span') ?? '';
  const tab = query.get('tab') === 'logs' ? 'logs' : 'spans';
  const [text, setText] = useState('');
  const selected = tree.rows.find(({ span }) => span.spanId === selectedId);
  const matches = useMemo(() => matching(tree.rows, text), [tree, text]);
  const sources = tree.rows.filter(({ isErrorSource }) => isErrorSource);
  const select = (spanId: string) => changeQuery({ span: spanId }, 'replace');
  const nextError = () => {
    const next = sources.find(({ index }) => index > (selected?.index ?? -1)) ?? sources[0];
    if (next) {
      select(next.span.spanId);
    }
  };
  return (
    <div className="trace-page">
      <TraceHead traceId={traceId} tree={tree} />
      <div className="panel trace-tools">
        <SegmentedControl
          aria-label="Part of the trace"
          value={tab}
          onChange={(value) => changeQuery({ tab: value === 'logs' ? value : undefined }, 'replace')}
          data={[
            { value: 'spans', label: 'Spans' },
            { value: 'logs', label: 'Logs' },
          ]}
        />
        <TextInput
          data-search
          w={280}
          aria-label="Find spans"
          placeholder="Find in operation, service, attributes"
          leftSection={<IconSearch size={13} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={matches ? <span className="dim num">{matches.size}</span> : undefined}
          rightSectionWidth={44}
        />
        {sources.length > 0 && (
          <Button variant="default" leftSection={<IconAlertCircle size={14} color="var(--bv-bad)" />} onClick={nextError}>
            Next error ({sources.length})
          </Button>
        )}
        <span className="grow" />
        <div className="keys" style={{ justifyContent: 'flex-end' }}>
          {tree.services.slice(0, 8).map(({ name, spanCount, errorCount }) => (
            <span key={name}>
              <i className="service-dot" style={{ background: serviceColour(name) }} />
              {name} <span className="num">{spanCount}</span>
              {errorCount > 0 && <span className="bad num"> {errorCount}!</span>}
            </span>
          ))}
        </div>
      </div>
      {tab === 'logs' ? (
        <TraceLogs traceId={traceId} tree={tree} onSpan={select} />
      ) : (
        <div className="trace-body">
          <div className="panel trace-waterfall">
            <TraceMap tree={tree} selected={selected} />
            <Waterfall tree={tree} selectedId={selectedId} matches={matches} onSelect={select} />
          </div>
          {selected && <SpanDetail placed={selected} tree={tree} traceId={traceId} onClose={() => select('')} />}
        </div>
      )}
    </div>
  );
}

function TraceHead({ traceId, tree }: { readonly traceId: string; readonly tree: TraceTree }) {
  const root = tree.rows[0]?.span;
  return (
    <header className="trace-head">
      <Link to="/traces" aria-label="Back to the search" title="Back to the search">
        <IconArrowLeft size={16} />
      </Link>
      <h2 className="clip">
        {root?.service} <span style={{ fontWeight: 450 }}>{root?.operation}</span>
      </h2>
      {tree.errorCount > 0 && <State tone="bad">{tree.errorCount === 1 ? '1 error' : `${tree.errorCount} errors`}</State>}
      <span className="grow" />
      <dl>
        {(
          [
            ['Start', formatDateTime(Number(tree.startNanos / 1_000_000n))],
            ['Duration', formatNanos(tree.durationNanos)],
            ['Spans', String(tree.rows.length)],
            ['Depth', String(tree.depth + 1)],
            ['Trace', traceId],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={name === 'Trace' ? 'mono' : 'num'}>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

/** The spans that contain the text, or undefined while nothing is looked for. */
function matching(rows: readonly PlacedSpan[], text: string): ReadonlySet<string> | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') {
    return undefined;
  }
  const found = rows.filter(({ span }) => {
    const { operation, service, statusMessage, attributes, spanId } = span;
    return `${operation} ${service} ${statusMessage} ${spanId} ${JSON.stringify(attributes)}`.toLowerCase().includes(wanted);
  });
  return new Set(found.map(({ span }) => span.spanId));
}
