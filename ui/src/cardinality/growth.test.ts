import { describe, expect, it } from 'vitest';
import { daily, growth } from './growth';

const count = (active: number, ...before: number[]) => ({ total: active, active, newInHour: 0, newInDay: 0, before });
const past = { seconds: [604_800, 172_800, 86_400, 3_600], all: count(90, 0, 50, 60, 80) };

describe('growth', () => {
  it('is the difference of active series', () => {
    expect(growth(count(9, 0, 3, 4, 12), past, 'day')).toBe(5);
    expect(growth(count(9, 0, 3, 4, 12), past, 'hour')).toBe(-3);
  });

  it('is unknown where nothing at all was stored then', () => {
    expect(growth(count(9, 0, 3, 4, 12), past, 'week')).toBeUndefined();
  });

  it('is drawn day by day with gaps where nothing is known', () => {
    expect(daily(count(9, 0, 3, 4, 12), past)).toEqual([null, 3, 4, 9]);
  });
});
