import { describe, expect, it } from 'vitest';
import type { Rule } from '@/api/prometheus';
import { countStates, matchesRule, threshold, toneOf } from './rules';

const alerting = (name: string, state: 'firing' | 'pending' | 'inactive' | 'unknown'): Rule => ({
  type: 'alerting', name, query: 'up == 0', state, duration: 60, labels: { severity: 'page' }, annotations: {}, alerts: [],
  health: 'ok', evaluationTime: 0, lastEvaluation: '',
});
const recording: Rule = { type: 'recording', name: 'job:up:sum', query: 'sum(up)', health: 'ok', evaluationTime: 0, lastEvaluation: '' };

describe('rules', () => {
  it('are counted by state; a rule not evaluated yet is inactive', () => {
    const rules = [alerting('A', 'firing'), alerting('B', 'unknown'), recording];
    expect(countStates([{ name: 'g', file: 'f', interval: 1, rules, evaluationTime: 0, lastEvaluation: '' }])).toEqual({
      all: 3, firing: 1, pending: 0, inactive: 1, recording: 1,
    });
  });

  it('are found by name, label and expression', () => {
    expect(matchesRule(alerting('HostDown', 'firing'), 'all', 'hostd')).toBe(true);
    expect(matchesRule(alerting('HostDown', 'firing'), 'all', 'page')).toBe(true);
    expect(matchesRule(recording, 'firing', '')).toBe(false);
  });

  it('show a warning that fires in amber and everything else in red', () => {
    expect(toneOf('firing', 'warning')).toBe('warn');
    expect(toneOf('firing', 'critical')).toBe('bad');
    expect(toneOf('firing')).toBe('bad');
  });

  it('split off a constant threshold', () => {
    expect(threshold('DCGM_FI_DEV_GPU_TEMP > 85')).toEqual({ expr: 'DCGM_FI_DEV_GPU_TEMP', value: 85, isUpper: true });
    expect(threshold('sum(rate(a[5m])) / sum(rate(b[5m])) >= 0.05')?.value).toBe(0.05);
    expect(threshold('up == 0')).toBeUndefined();
    expect(threshold('a > 1 and b > 2')).toBeUndefined();
  });
});
