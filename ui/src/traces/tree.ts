import type { Span } from '@/api/traces';

/** A span at its place: offsets in nanoseconds from the start of the trace, depth from its root. */
export interface PlacedSpan {
  readonly span: Span;
  readonly index: number;
  readonly depth: number;
  readonly startNanos: number;
  readonly childCount: number;
  /** How many rows below this one belong to it. */
  readonly descendantCount: number;
  /** An error that no descendant explains: where to look first. */
  readonly isErrorSource: boolean;
  readonly isOrphan: boolean;
}

export interface TraceTree {
  readonly startNanos: bigint;
  readonly durationNanos: number;
  /** Parents before children, siblings by start. */
  readonly rows: readonly PlacedSpan[];
  readonly services: readonly { readonly name: string; readonly spanCount: number; readonly errorCount: number }[];
  readonly errorCount: number;
  readonly depth: number;
}

interface Node {
  readonly span: Span;
  readonly startNanos: number;
  readonly children: Node[];
}

export function traceTree(spans: readonly Span[]): TraceTree {
  const starts = spans.map((span) => BigInt(span.startTimeNanos));
  const startNanos = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n);
  const nodes = spans.map((span, i) => ({ span, startNanos: Number((starts[i] ?? 0n) - startNanos), children: [] as Node[] }));
  const byId = new Map(nodes.map((node) => [node.span.spanId, node]));
  const roots: Node[] = [];
  for (const node of nodes) {
    const parent = byId.get(node.span.parentSpanId);
    (parent && parent !== node ? parent.children : roots).push(node);
  }
  const rows = flatten(roots);
  addUnreachable(rows, nodes);
  const services = new Map<string, { name: string; spanCount: number; errorCount: number }>();
  for (const { service, status } of spans) {
    const one = services.get(service) ?? { name: service, spanCount: 0, errorCount: 0 };
    one.spanCount++;
    one.errorCount += status === 'error' ? 1 : 0;
    services.set(service, one);
  }
  return {
    startNanos,
    durationNanos: nodes.reduce((end, node) => Math.max(end, node.startNanos + node.span.durationNanos), 0),
    rows,
    services: [...services.values()].sort((a, b) => b.spanCount - a.spanCount || a.name.localeCompare(b.name)),
    errorCount: spans.filter(({ status }) => status === 'error').length,
    depth: rows.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Depth first without recursion: a chain of 20,000 spans must not exhaust the stack. */
function flatten(roots: Node[]): PlacedSpan[] {
  const rows: Mutable<PlacedSpan>[] = [];
  const stack = [...roots].sort(latestFirst).map((node) => ({ node, depth: 0 }));
  while (stack.length > 0) {
    const { node, depth } = stack.pop() as { node: Node; depth: number };
    rows.push(placed(node, rows.length, depth));
    for (const child of [...node.children].sort(latestFirst)) {
      stack.push({ node: child, depth: depth + 1 });
    }
  }
  // From the last row up: a row owns what follows until a row of its depth or less.
  const open: Mutable<PlacedSpan>[] = [];
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] as Mutable<PlacedSpan>;
    let errorBelow = false;
    while (open.length > 0 && (open.at(-1)?.depth ?? 0) > row.depth) {
      const child = open.pop() as Mutable<PlacedSpan>;
      row.descendantCount += child.descendantCount + 1;
      errorBelow ||= child.span.status === 'error';
    }
    row.isErrorSource = row.span.status === 'error' && !errorBelow;
    open.push(row);
  }
  return rows;
}

function placed(node: Node, index: number, depth: number): Mutable<PlacedSpan> {
  return {
    span: node.span,
    index,
    depth,
    startNanos: node.startNanos,
    childCount: node.children.length,
    descendantCount: 0,
    isErrorSource: false,
    isOrphan: depth === 0 && node.span.parentSpanId !== '',
  };
}

/** Spans whose parents form a circle hang under no root: shown at the end rather than lost. */
function addUnreachable(rows: PlacedSpan[], nodes: Node[]) {
  if (rows.length === nodes.length) {
    return;
  }
  const shown = new Set(rows.map(({ span }) => span));
  for (const node of nodes) {
    if (!shown.has(node.span)) {
      rows.push({ ...placed(node, rows.length, 0), childCount: 0, isErrorSource: node.span.status === 'error', isOrphan: true });
    }
  }
}

const latestFirst = (a: Node, b: Node) => b.startNanos - a.startNanos || b.span.durationNanos - a.span.durationNanos;

/** The rows in sight when the children of some are folded away. */
export function unfolded(rows: readonly PlacedSpan[], folded: ReadonlySet<string>): PlacedSpan[] {
  if (folded.size === 0) {
    return rows as PlacedSpan[];
  }
  const visible: PlacedSpan[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as PlacedSpan;
    visible.push(row);
    if (folded.has(row.span.spanId)) {
      i += row.descendantCount;
    }
  }
  return visible;
}
