import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { gpuPanels, hostPanels } from '@/hosts/panels';
import { HOST_EXPRESSIONS } from '@/hosts/useHosts';
import { COST, IMAGES, LLM, perModel, quantile, requestsPerSecond, requestsWaiting, stalled, stragglers } from './signals';

function firstError(expr: string): number | undefined {
  let at: number | undefined;
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.type.isError) {
        at ??= node.from;
      }
    },
  });
  return at;
}

describe('the queries of the screen', () => {
  it('are PromQL', () => {
    const expressions = [
      ...[...hostPanels('instance="a:1"'), ...gpuPanels('gpu-node-1')].flatMap(({ queries }) => queries.map(({ expr }) => expr)),
      ...Object.values(HOST_EXPRESSIONS),
      ...Object.values(COST),
      requestsPerSecond,
      requestsWaiting,
      stragglers(1.2),
      stalled(120),
      perModel(quantile(0.95, LLM.latencyBuckets, 'model_name'), quantile(0.95, IMAGES.latencyBuckets, 'model')),
    ];
    for (const expr of expressions) {
      const text = expr.replaceAll('$window', '60s');
      expect(firstError(text), text).toBeUndefined();
    }
  });

  it('would be caught if they were not', () => {
    expect(firstError('sum by (a) (rate(b[5m])')).toBeDefined();
  });

  it('call no run stalled that has just begun to report', () => {
    // changes() over a window is 0 for a single sample.
    expect(stalled(120)).toBe('ml_training_step == ml_training_step offset 120s');
  });
});
