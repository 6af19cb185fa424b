import { describe, expect, it } from 'vitest';
import { failure, search } from './http';

describe('a refusal', () => {
  it('is read in Prometheus’ form, in our own, and as plain text', () => {
    expect(failure(400, '{"status":"error","errorType":"bad_data","error":"1:2: parse error"}')).toMatchObject({
      code: 'bad_data',
      message: '1:2: parse error',
    });
    expect(failure(404, '{"error":{"code":"not_found","message":"no trace"}}')).toMatchObject({ code: 'not_found', message: 'no trace' });
    expect(failure(400, 'parse error at line 1\n')).toMatchObject({ status: 400, message: 'parse error at line 1' });
  });

  it('says at least its status', () => {
    expect(failure(502, '<html>Bad gateway</html>').message).toContain('502');
    expect(failure(500, '').message).toContain('500');
    expect(failure(500, 'null').message).toBe('null');
  });
});

describe('parameters', () => {
  it('leave out what is undefined and repeat lists', () => {
    expect(search({ a: undefined, b: 1, 'match[]': ['x', 'y'] }).toString()).toBe('b=1&match%5B%5D=x&match%5B%5D=y');
  });
});
