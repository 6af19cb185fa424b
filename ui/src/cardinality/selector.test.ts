import { describe, expect, it } from 'vitest';
import { narrowed, share } from './selector';

describe('a selector', () => {
  it('is narrowed by one matcher after the other', () => {
    expect(narrowed('', 'job', 'a"b')).toBe('{job="a\\"b"}');
    expect(narrowed('up', 'job', 'a')).toBe('up{job="a"}');
    expect(narrowed('up{}', 'job', 'a')).toBe('up{job="a"}');
    expect(narrowed('{job="a"} ', '__name__', 'up')).toBe('{job="a", __name__="up"}');
    expect(narrowed('{job="a",}', 'x', 'y')).toBe('{job="a",x="y"}');
  });

  it('has shares between nothing and all', () => {
    expect(share(1, 4)).toBe(0.25);
    expect(share(5, 4)).toBe(1);
    expect(share(5, 0)).toBe(0);
  });
});
