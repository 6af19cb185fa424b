import { describe, expect, it } from 'vitest';
import { problemOf } from './problem';

describe('the position of a query error', () => {
  it('is read from line and column', () => {
    expect(problemOf('sum(foo) bar', '1:10: parse error: unexpected identifier "bar"')).toEqual({
      from: 9,
      to: 12,
      message: 'parse error: unexpected identifier "bar"',
    });
    expect(problemOf('a\n+ ]', 'invalid parameter "query": 2:3: parse error: unexpected "]"')?.from).toBe(4);
  });

  it('is read from a sentence', () => {
    expect(problemOf('{a="b"} |', 'parse error at line 1, col 9: syntax error')).toMatchObject({ from: 8, to: 9 });
    expect(problemOf('foo bar', 'parse error at char 5: unexpected')).toMatchObject({ from: 4, to: 7 });
  });

  it('stays inside the query', () => {
    expect(problemOf('foo', '1:99: unexpected end of input')).toEqual({ from: 3, to: 3, message: 'unexpected end of input' });
  });

  it('is unknown for other messages', () => {
    expect(problemOf('foo', 'query timed out')).toBeUndefined();
  });
});
