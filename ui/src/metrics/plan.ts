import type { PlanNode } from '@/api/explain';

export interface PlanRow {
  readonly node: PlanNode;
  readonly depth: number;
  /** Of the time of the whole query, what this part took without those below: 0 to 1. */
  readonly share: number;
}

/** A plan from its root downwards, as it is read, without what its parents did along the way. */
export function rowsOf(plan: PlanNode): PlanRow[] {
  const rows: PlanRow[] = [];
  const whole = plan.totalSeconds > 0 ? plan.totalSeconds : 1;
  const add = (node: PlanNode, depth: number): void => {
    rows.push({ node, depth, share: Math.max(0, Math.min(1, node.seconds / whole)) });
    node.children.filter((child) => child.evaluations > 0).forEach((child) => add(child, depth + 1));
  };
  add(plan, 0);
  return rows;
}

const KINDS: Readonly<Record<string, string>> = {
  AggregateExpr: 'aggregate',
  BinaryExpr: 'operator',
  Call: 'function',
  MatrixSelector: 'read range',
  NumberLiteral: 'number',
  ParenExpr: 'brackets',
  StringLiteral: 'text',
  SubqueryExpr: 'subquery',
  UnaryExpr: 'sign',
  VectorSelector: 'read',
};

/** What a part does, in a word. */
export function kindOf(node: PlanNode): string {
  return KINDS[node.node] ?? node.node;
}
