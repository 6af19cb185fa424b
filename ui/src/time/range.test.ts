import { describe, expect, it } from 'vitest';
import { isRelative, niceStep, parseTime, resolve } from './range';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('time ranges', () => {
  it('read relative and absolute ends', () => {
    expect(parseTime('now', NOW)).toBe(NOW);
    expect(parseTime('now-6h', NOW)).toBe(NOW - 21_600_000);
    expect(parseTime('1767323045000', NOW)).toBe(1_767_323_045_000);
    expect(parseTime('1767323045', NOW)).toBe(1_767_323_045_000);
    expect(parseTime('2026-01-02T03:04:05Z', NOW)).toBe(NOW);
    expect(parseTime('yesterday', NOW)).toBeUndefined();
    expect(parseTime('now-6parsecs', NOW)).toBeUndefined();
  });

  it('fall back to the last hour when unreadable or reversed', () => {
    const lastHour = { startMillis: NOW - 3_600_000, endMillis: NOW };
    expect(resolve({ from: 'gibberish', to: 'now' }, NOW)).toEqual(lastHour);
    expect(resolve({ from: 'now', to: 'now-1h' }, NOW)).toEqual(lastHour);
  });

  it('know whether they move with the clock', () => {
    expect(isRelative({ from: 'now-5m', to: 'now' })).toBe(true);
    expect(isRelative({ from: '1767323045000', to: '1767326645000' })).toBe(false);
  });

  it('get steps people would choose', () => {
    expect(niceStep(3_600_000, 240)).toBe(15);
    expect(niceStep(86_400_000, 300)).toBe(300);
    expect(niceStep(60_000, 300)).toBe(1);
    expect(niceStep(400 * 86_400_000, 100) % 86_400).toBe(0);
  });
});
