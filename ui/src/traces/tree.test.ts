import { describe, expect, it } from 'vitest';
import type { Span } from '@/api/traces';
import { traceTree, unfolded } from './tree';

const BASE = 1_767_323_045_000_000_001n;

function span(spanId: string, parentSpanId: string, offset: number, durationNanos: number, status: Span['status'] = 'ok'): Span {
  return {
    spanId, parentSpanId, service: 'shop', operation: spanId, kind: 'internal',
    startTimeNanos: String(BASE + BigInt(offset)), durationNanos, status, statusMessage: '',
    attributes: {}, resource: {}, scope: { name: '', version: '' }, events: [], links: [],
  };
}

describe('a trace', () => {
  it('is laid out parents first, siblings by start, exact to the nanosecond', () => {
    const tree = traceTree([span('c', 'a', 50, 10), span('b', 'a', 1, 20), span('a', '', 0, 100), span('d', 'b', 2, 3)]);
    expect(tree.rows.map(({ span: { spanId }, depth, startNanos }) => [spanId, depth, startNanos])).toEqual([
      ['a', 0, 0],
      ['b', 1, 1],
      ['d', 2, 2],
      ['c', 1, 50],
    ]);
    expect(tree.durationNanos).toBe(100);
    expect(tree.rows.map(({ descendantCount }) => descendantCount)).toEqual([3, 1, 0, 0]);
  });

  it('points at the error that no descendant explains', () => {
    const tree = traceTree([span('a', '', 0, 9, 'error'), span('b', 'a', 1, 5, 'error'), span('c', 'a', 2, 5, 'error')]);
    expect(tree.rows.filter(({ isErrorSource }) => isErrorSource).map(({ span: { spanId } }) => spanId)).toEqual(['b', 'c']);
    expect(tree.errorCount).toBe(3);
  });

  it('keeps spans whose parent is missing or that form a circle', () => {
    const tree = traceTree([span('a', '', 0, 9), span('b', 'gone', 1, 5), span('x', 'y', 2, 1), span('y', 'x', 3, 1)]);
    expect(tree.rows).toHaveLength(4);
    expect(tree.rows.filter(({ isOrphan }) => isOrphan).map(({ span: { spanId } }) => spanId)).toEqual(['b', 'x', 'y']);
  });

  it('folds subtrees away', () => {
    const tree = traceTree([span('a', '', 0, 9), span('b', 'a', 1, 5), span('c', 'b', 2, 1), span('d', 'a', 7, 1)]);
    expect(unfolded(tree.rows, new Set(['b'])).map(({ span: { spanId } }) => spanId)).toEqual(['a', 'b', 'd']);
  });

  it('stands a chain of 20,000 spans', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => span(`s${i}`, i === 0 ? '' : `s${i - 1}`, i, 1));
    expect(traceTree(chain).depth).toBe(19_999);
  });
});
