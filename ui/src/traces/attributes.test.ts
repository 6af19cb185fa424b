import { describe, expect, it } from 'vitest';
import { parseAttributes } from './attributes';

describe('attributes of a trace search', () => {
  it('are pairs, quoted where a value has spaces', () => {
    expect(parseAttributes('http.status_code=500 db.statement="select \\"a\\" from b"')).toEqual({
      'http.status_code': '500',
      'db.statement': 'select "a" from b',
    });
    expect(parseAttributes('  ')).toEqual({});
  });

  it('are refused without a value', () => {
    expect(parseAttributes('error')).toBeUndefined();
    expect(parseAttributes('a=b error')).toBeUndefined();
  });
});
