import { describe, expect, it } from 'vitest';
import { isLogQuery, withFilter, withMatcher } from './compose';

describe('log queries', () => {
  it('take a line filter behind the selector', () => {
    expect(withFilter('{a="b"}', 'x "y"')).toBe('{a="b"} |= "x \\"y\\""');
    expect(withFilter('{a="}"} | json', 'x')).toBe('{a="}"} |= "x" | json');
    expect(withFilter('{a="b"}', '')).toBe('{a="b"}');
    expect(withFilter('rate({a="b"}[1m])', 'x')).toBe('rate({a="b"}[1m])');
  });

  it('take another matcher into the selector', () => {
    expect(withMatcher('{a="b"} |= "x"', 'c', '!=', 'd')).toBe('{a="b", c!="d"} |= "x"');
    expect(withMatcher('{a=`}`}', 'c', '=', 'd')).toBe('{a=`}`, c="d"}');
    expect(withMatcher('', 'c', '=', 'd')).toBe('{c="d"}');
    expect(withMatcher('{a="b"} |= "x"', 'trace_id', '=', 'd', false)).toBe('{a="b"} |= "x" | trace_id="d"');
  });

  it('are told from metric queries', () => {
    expect(isLogQuery('  {a="b"}')).toBe(true);
    expect(isLogQuery('sum(rate({a="b"}[1m]))')).toBe(false);
  });
});
