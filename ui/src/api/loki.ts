import { getJson } from './http';
import { frameOf, type Frame, type Grid, type Labels } from './prometheus';

interface Envelope<T> {
  status: 'success';
  data: T;
}

/** Time in nanoseconds as text, line, and structured metadata where the entry has any. */
type WireEntry = [string, string] | [string, string, { structuredMetadata?: Labels; parsed?: Labels } | Labels];

interface WireStreams {
  resultType: 'streams';
  result: { stream: Labels; values: WireEntry[] }[];
}

interface WireMatrix {
  resultType: 'matrix';
  result: { metric: Labels; values: [number, string][] }[];
}

interface WireVector {
  resultType: 'vector';
  result: { metric: Labels; value: [number, string] }[];
}

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

export interface LogLine {
  readonly id: string;
  readonly timeNanos: string;
  readonly timeMillis: number;
  readonly line: string;
  readonly labels: Labels;
  readonly metadata: Labels;
  readonly level: Level;
  readonly traceId: string;
}

export type LogAnswer = { readonly kind: 'lines'; readonly lines: LogLine[] } | { readonly kind: 'metrics'; readonly frame: Frame };

export interface LogQuery {
  readonly expr: string;
  readonly startMillis: number;
  readonly endMillis: number;
  readonly limit: number;
}

/** Lines newest first, of all streams merged; or the frame of a metric query. */
export async function queryLogs(asked: LogQuery, grid: Grid, signal?: AbortSignal): Promise<LogAnswer> {
  const { data } = await getJson<Envelope<WireStreams | WireMatrix | WireVector>>(
    '/loki/api/v1/query_range',
    {
      query: asked.expr,
      start: nanos(asked.startMillis),
      end: nanos(asked.endMillis),
      limit: asked.limit,
      direction: 'backward',
      step: grid.stepSeconds,
    },
    signal,
  );
  if (data.resultType === 'streams') {
    return { kind: 'lines', lines: linesOf(data.result) };
  }
  return { kind: 'metrics', frame: frameOf(data.resultType === 'matrix' ? data.result : [], grid) };
}

/** Log lines per level on the grid, for the histogram above the lines. */
export async function logVolume(expr: string, grid: Grid, signal?: AbortSignal): Promise<Frame> {
  const { data } = await getJson<Envelope<WireMatrix>>(
    '/loki/api/v1/query_range',
    {
      query: expr,
      start: nanos(grid.startSeconds * 1000),
      end: nanos(grid.endSeconds * 1000),
      step: grid.stepSeconds,
    },
    signal,
  );
  return frameOf(data.result, grid);
}

export async function labelNames(startMillis: number, endMillis: number, signal?: AbortSignal): Promise<string[]> {
  const range = { start: nanos(startMillis), end: nanos(endMillis) };
  return (await getJson<Envelope<string[] | undefined>>('/loki/api/v1/labels', range, signal)).data ?? [];
}

export async function labelValues(
  name: string,
  startMillis: number,
  endMillis: number,
  signal?: AbortSignal,
): Promise<string[]> {
  const path = `/loki/api/v1/label/${encodeURIComponent(name)}/values`;
  const range = { start: nanos(startMillis), end: nanos(endMillis) };
  return (await getJson<Envelope<string[] | undefined>>(path, range, signal)).data ?? [];
}

function nanos(millis: number): string {
  return `${Math.round(millis)}000000`;
}

export function linesOf(streams: WireStreams['result']): LogLine[] {
  const lines: LogLine[] = [];
  for (const [streamIndex, { stream, values }] of streams.entries()) {
    for (const [index, [timeNanos, line, extra]] of values.entries()) {
      const metadata = metadataOf(extra);
      lines.push({
        id: `${timeNanos}/${streamIndex}/${index}`,
        timeNanos,
        timeMillis: Number(timeNanos.slice(0, -6)),
        line,
        labels: stream,
        metadata,
        level: levelOf(line, stream, metadata),
        traceId: traceIdOf(stream, metadata, line),
      });
    }
  }
  return lines.sort(newestFirst);
}

function newestFirst(a: LogLine, b: LogLine): number {
  if (a.timeNanos.length !== b.timeNanos.length) {
    return b.timeNanos.length - a.timeNanos.length;
  }
  return a.timeNanos < b.timeNanos ? 1 : a.timeNanos > b.timeNanos ? -1 : 0;
}

function metadataOf(extra: WireEntry[2]): Labels {
  if (!extra) {
    return {};
  }
  const { structuredMetadata, parsed, ...flat } = extra as { structuredMetadata?: Labels; parsed?: Labels };
  return structuredMetadata || parsed ? { ...structuredMetadata, ...parsed } : (flat as Labels);
}

const LEVEL_LABELS = ['detected_level', 'level', 'severity_text', 'severity', 'lvl'];
const LEVEL_IN_TEXT = /\b(trace|debug|info|notice|warn(?:ing)?|err(?:or)?|fatal|critical|panic)\b/i;

export function levelOf(line: string, ...sources: Labels[]): Level {
  for (const name of LEVEL_LABELS) {
    for (const labels of sources) {
      const level = levelOfWord(labels[name] ?? '');
      if (level !== 'unknown') {
        return level;
      }
    }
  }
  return levelOfWord(LEVEL_IN_TEXT.exec(line.slice(0, 200))?.[1] ?? '');
}

export function levelOfWord(word: string): Level {
  switch (word.toLowerCase()) {
    case 'trace':
      return 'trace';
    case 'debug':
    case 'dbg':
      return 'debug';
    case 'info':
    case 'notice':
    case 'information':
      return 'info';
    case 'warn':
    case 'warning':
      return 'warn';
    case 'error':
    case 'err':
      return 'error';
    case 'fatal':
    case 'critical':
    case 'crit':
    case 'panic':
    case 'emergency':
      return 'fatal';
    default:
      return 'unknown';
  }
}

const TRACE_LABELS = ['trace_id', 'traceId', 'traceID', 'traceid', 'trace.id'];
const TRACE_IN_TEXT = /\btrace[_.-]?id["']?\s*[=:]\s*["']?([0-9a-f]{32}|[0-9a-f]{16})\b/i;

function traceIdOf(labels: Labels, metadata: Labels, line: string): string {
  for (const name of TRACE_LABELS) {
    const id = metadata[name] ?? labels[name];
    if (id !== undefined && /^[0-9a-f]{16,32}$/i.test(id)) {
      return id.toLowerCase();
    }
  }
  return TRACE_IN_TEXT.exec(line)?.[1]?.toLowerCase() ?? '';
}
