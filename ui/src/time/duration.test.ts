import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration';

describe('durations', () => {
  it('read as Prometheus reads them', () => {
    expect(parseDuration('1h30m')).toBe(5_400_000);
    expect(parseDuration('250ms')).toBe(250);
    expect(parseDuration('2w')).toBe(14 * 86_400_000);
    expect(parseDuration('')).toBeUndefined();
    expect(parseDuration('5 m')).toBeUndefined();
    expect(parseDuration('h')).toBeUndefined();
  });

  it('survive a round trip', () => {
    for (const millis of [1, 999, 1000, 61_000, 3_600_000, 90_061_001]) {
      expect(parseDuration(formatDuration(millis))).toBe(millis);
    }
  });
});
