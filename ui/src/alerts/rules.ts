import type { Rule, RuleGroup } from '@/api/prometheus';
import type { Tone } from '@/view/Tag';

export type RuleState = 'firing' | 'pending' | 'inactive' | 'recording';
export type StateFilter = RuleState | 'all';

export function stateOf(rule: Rule): RuleState {
  if (rule.type === 'recording') {
    return 'recording';
  }
  return rule.state === 'firing' || rule.state === 'pending' ? rule.state : 'inactive';
}

export function countStates(groups: readonly RuleGroup[]): Record<StateFilter, number> {
  const counts = { all: 0, firing: 0, pending: 0, inactive: 0, recording: 0 };
  for (const { rules } of groups) {
    for (const rule of rules) {
      counts.all++;
      counts[stateOf(rule)]++;
    }
  }
  return counts;
}

export function matchesRule(rule: Rule, state: StateFilter, text: string): boolean {
  if (state !== 'all' && stateOf(rule) !== state) {
    return false;
  }
  const wanted = text.trim().toLowerCase();
  return wanted === '' || `${rule.name} ${rule.query} ${JSON.stringify(rule.labels ?? {})}`.toLowerCase().includes(wanted);
}

export function toneOf(state: RuleState, severity = ''): Tone {
  switch (state) {
    case 'firing':
      return ['info', 'warning', 'ticket'].includes(severity) ? 'warn' : 'bad';
    case 'pending':
      return 'warn';
    case 'inactive':
      return 'ok';
    case 'recording':
      return 'quiet';
  }
}

export interface Threshold {
  readonly expr: string;
  readonly value: number;
  readonly isUpper: boolean;
}

/** The two sides of `expr > 3`, so that a graph can show the value and the line it must not cross. */
export function threshold(expr: string): Threshold | undefined {
  const match = /^(.*[^<>=!\s])\s*(>=|<=|>|<)\s*(?:bool\s+)?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/is.exec(expr);
  if (!match?.[1] || /\b(and|or|unless)\b[^)]*$/i.test(match[1])) {
    return undefined;
  }
  return { expr: match[1].trim(), value: Number(match[3]), isUpper: match[2]?.startsWith('>') ?? true };
}
