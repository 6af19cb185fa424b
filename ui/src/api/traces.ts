import { getJson } from './http';

const BASE = '/api/belvedere/v1';

export type Attribute = string | number | boolean | null | Attribute[] | { [key: string]: Attribute };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface TraceSummary {
  traceId: string;
  rootService: string;
  rootOperation: string;
  startTimeNanos: string;
  durationNanos: number;
  spanCount: number;
  errorCount: number;
  services: { name: string; spanCount: number }[];
}

export interface Span {
  spanId: string;
  parentSpanId: string;
  service: string;
  operation: string;
  kind: string;
  startTimeNanos: string;
  durationNanos: number;
  status: 'unset' | 'ok' | 'error';
  statusMessage: string;
  attributes: Attributes;
  resource: Attributes;
  scope: { name: string; version: string };
  events: { timeNanos: string; name: string; attributes: Attributes }[];
  links: { traceId: string; spanId: string }[];
}

export interface TraceLog {
  timeNanos: string;
  line: string;
  severity: string;
  labels: Readonly<Record<string, string>>;
  attributes: Attributes;
  spanId: string;
}

export interface TraceSearch {
  service: string;
  operation: string;
  attributes: Readonly<Record<string, string>>;
  minDuration: string;
  maxDuration: string;
  limit: number;
  startMillis: number;
  endMillis: number;
}

export async function searchTraces(asked: TraceSearch, signal?: AbortSignal): Promise<TraceSummary[]> {
  const parameters = {
    service: asked.service || undefined,
    operation: asked.operation || undefined,
    attributes: Object.keys(asked.attributes).length > 0 ? JSON.stringify(asked.attributes) : undefined,
    minDuration: asked.minDuration || undefined,
    maxDuration: asked.maxDuration || undefined,
    limit: asked.limit,
    start: asked.startMillis / 1000,
    end: asked.endMillis / 1000,
  };
  return (await getJson<{ traces: TraceSummary[] }>(`${BASE}/traces`, parameters, signal)).traces;
}

export async function spansOfTrace(traceId: string, signal?: AbortSignal): Promise<Span[]> {
  return (await getJson<{ spans: Span[] }>(`${BASE}/traces/${encodeURIComponent(traceId)}`, {}, signal)).spans;
}

export async function logsOfTrace(traceId: string, signal?: AbortSignal): Promise<TraceLog[]> {
  const path = `${BASE}/traces/${encodeURIComponent(traceId)}/logs`;
  return (await getJson<{ records: TraceLog[] }>(path, {}, signal)).records;
}

export async function services(startMillis: number, endMillis: number, signal?: AbortSignal): Promise<string[]> {
  const range = { start: startMillis / 1000, end: endMillis / 1000 };
  return (await getJson<{ services: string[] }>(`${BASE}/services`, range, signal)).services;
}

export async function operations(
  service: string,
  startMillis: number,
  endMillis: number,
  signal?: AbortSignal,
): Promise<string[]> {
  const path = `${BASE}/services/${encodeURIComponent(service)}/operations`;
  const range = { start: startMillis / 1000, end: endMillis / 1000 };
  const found = (await getJson<{ operations: { name: string }[] }>(path, range, signal)).operations;
  return [...new Set(found.map(({ name }) => name))];
}

/** What the server says about itself; the shape grows with the server, so it is read as a tree. */
export function ownStatus(signal?: AbortSignal): Promise<Attributes> {
  return getJson<Attributes>(`${BASE}/status`, {}, signal);
}
