import { describe, expect, it } from 'vitest';
import type { PlanNode } from '@/api/explain';
import { kindOf, rowsOf } from './plan';

function node(expr: string, seconds: number, totalSeconds: number, children: PlanNode[] = []): PlanNode {
  return {
    node: children.length > 0 ? 'AggregateExpr' : 'VectorSelector',
    expr,
    evaluations: 1,
    steps: 1,
    once: false,
    series: 1,
    cpuSeconds: null,
    seconds,
    totalSeconds,
    samplesRead: 0,
    blocksRead: 0,
    children,
  };
}

describe('rowsOf', () => {
  it('lists parents before their children with their depth and share of the time', () => {
    const rows = rowsOf(node('sum(up)', 1, 4, [node('up', 3, 3)]));
    expect(rows.map((row) => [row.node.expr, row.depth, row.share])).toEqual([
      ['sum(up)', 0, 0.25],
      ['up', 1, 0.75],
    ]);
  });

  it('leaves out what its parent did along the way', () => {
    const fused = { ...node('up[5m]', 0, 0), evaluations: 0 };
    expect(rowsOf(node('rate(up[5m])', 1, 1, [fused]))).toHaveLength(1);
  });

  it('has no share beyond the whole, nor of nothing', () => {
    expect(rowsOf(node('up', 2, 1))[0]?.share).toBe(1);
    expect(rowsOf(node('up', 0, 0))[0]?.share).toBe(0);
  });
});

describe('kindOf', () => {
  it('names what it knows and shows what it does not', () => {
    expect(kindOf(node('up', 0, 0))).toBe('read');
    expect(kindOf({ ...node('x', 0, 0), node: 'NewExpr' })).toBe('NewExpr');
  });
});
