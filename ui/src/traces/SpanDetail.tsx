import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Attribute, Attributes } from '@/api/traces';
import { formatNanos } from '@/chart/units';
import { logsAddress, metricsAddress, traceAddress, tracesAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { State } from '@/view/Tag';
import type { PlacedSpan, TraceTree } from './tree';

interface SpanDetailProps {
  readonly placed: PlacedSpan;
  readonly tree: TraceTree;
  readonly traceId: string;
  readonly onClose: () => void;
}

const MARGIN_MILLIS = 300_000;

export function SpanDetail({ placed, tree, traceId, onClose }: SpanDetailProps) {
  const { span, startNanos } = placed;
  return (
    <aside className="panel span-detail" aria-label="Span">
      <header>
        <div className="grow">
          <h2 style={{ overflowWrap: 'anywhere' }}>{span.operation}</h2>
          <span className="dim">{span.service}</span>
        </div>
        <ActionIcon aria-label="Close span" onClick={onClose}>
          <IconX size={15} />
        </ActionIcon>
      </header>
      <div className="body stack">
        <div className="row" style={{ flexWrap: 'wrap', rowGap: 4 }}>
          {span.status === 'error' && <State tone="bad">error</State>}
          {placed.isOrphan && <State tone="warn">parent missing</State>}
          <span className="tag num">{formatNanos(span.durationNanos)}</span>
          <span className="tag num">at +{formatNanos(startNanos)}</span>
          <span className="tag">{span.kind}</span>
          <span className="tag mono">{span.spanId}</span>
        </div>
        {span.statusMessage !== '' && <div className="span-message">{span.statusMessage}</div>}
        <SpanLinks {...{ placed, tree, traceId }} />
        <AttributeList title="Attributes" attributes={span.attributes} />
        {span.events.length > 0 && (
          <div>
            <h3>Events</h3>
            {span.events.map((event, index) => (
              <details key={index} open={event.name === 'exception' || span.events.length <= 3}>
                <summary>
                  {event.name} <span className="dim num">+{formatNanos(Number(BigInt(event.timeNanos) - tree.startNanos))}</span>
                </summary>
                <AttributeList attributes={event.attributes} />
              </details>
            ))}
          </div>
        )}
        {span.links.length > 0 && (
          <div>
            <h3>Links</h3>
            {span.links.map((link) => (
              <div key={link.traceId + link.spanId}>
                <Link to={traceAddress(link.traceId, link.spanId)} className="mono">
                  {link.traceId}
                </Link>
              </div>
            ))}
          </div>
        )}
        <AttributeList title="Resource" attributes={span.resource} />
        {span.scope.name !== '' && <AttributeList title="Scope" attributes={{ name: span.scope.name, version: span.scope.version }} />}
      </div>
    </aside>
  );
}

/** From the span to the logs and metrics of the same time and place. */
function SpanLinks({ placed: { span, startNanos }, tree, traceId }: Omit<SpanDetailProps, 'onClose'>) {
  const { between, resourceQuery, service } = useMemo(() => {
    const startMillis = Number(tree.startNanos / 1_000_000n) + startNanos / 1e6;
    const around = { startMillis: startMillis - MARGIN_MILLIS, endMillis: startMillis + span.durationNanos / 1e6 + MARGIN_MILLIS };
    return { between: around, resourceQuery: queryOfResource(span.service, span.resource), service: span.service };
  }, [span, startNanos, tree]);
  const gpu = span.attributes['gpu.uuid'] ?? span.resource['gpu.uuid'];
  return (
    <nav className="span-links" aria-label="Related">
      <Link to={`/traces/${traceId}?tab=logs&span=${span.spanId}`}>Logs of this trace</Link>
      <Link to={logsAddress(`{service_name=${JSON.stringify(service)}}`, between)}>Logs of {service} then</Link>
      <Link to={metricsAddress(resourceQuery, between)}>Metrics of {service} then</Link>
      {typeof gpu === 'string' && <Link to={metricsAddress(`{UUID=${JSON.stringify(gpu)}}`, between)}>Metrics of the GPU</Link>}
      <Link to={tracesAddress(service)}>Other traces of {service}</Link>
    </nav>
  );
}

/** OpenTelemetry writes service.name as job, with the namespace before it, and service.instance.id as instance. */
export function queryOfResource(service: string, resource: Attributes): string {
  const instance = resource['service.instance.id'];
  const namespace = resource['service.namespace'];
  const job = typeof namespace === 'string' && namespace !== '' ? `${namespace}/${service}` : service;
  const matchers = [`job=${JSON.stringify(job)}`];
  if (typeof instance === 'string' && instance !== '') {
    matchers.push(`instance=${JSON.stringify(instance)}`);
  }
  return `{${matchers.join(', ')}}`;
}

function AttributeList({ title, attributes }: { readonly title?: string; readonly attributes: Attributes }) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) {
    return null;
  }
  return (
    <div>
      {title !== undefined && <h3>{title}</h3>}
      <dl className="attributes">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{textOf(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function textOf(value: Attribute): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
