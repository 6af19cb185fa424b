import { describe, expect, it } from 'vitest';
import { levelOf, linesOf, type LogLine } from '@/api/loki';
import { collapse, signatureOf } from './collapse';

const line = (text: string): LogLine => ({
  id: text, timeNanos: '1', timeMillis: 0, line: text, labels: {}, metadata: {}, level: 'info', traceId: '',
});

describe('repeated lines', () => {
  it('collapse when they differ only in numbers and ids', () => {
    const shown = collapse(['took 12ms', 'took 3.5ms', 'failed', 'took 9ms'].map(line));
    expect(shown.map(({ line: { line: text }, repeats }) => [text, repeats])).toEqual([
      ['took 12ms', 2],
      ['failed', 1],
      ['took 9ms', 1],
    ]);
    expect(signatureOf('trace 4bf92f3577b34da6a3ce929d0e0e4736 user 7')).toBe('trace # user #');
  });
});

describe('log streams', () => {
  it('are merged newest first, with metadata, level and trace id', () => {
    const lines = linesOf([
      { stream: { app: 'a' }, values: [['9000000000000000001', 'old'], ['10000000000000000001', 'new', { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' }]] },
      { stream: { app: 'b', level: 'WARN' }, values: [['9500000000000000001', 'between', { structuredMetadata: { pod: 'p' } }]] },
    ]);
    expect(lines.map(({ line: text }) => text)).toEqual(['new', 'between', 'old']);
    expect(lines[0]?.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(lines[1]).toMatchObject({ level: 'warn', metadata: { pod: 'p' } });
  });

  it('find the level in the text when no label tells it', () => {
    expect(levelOf('2026-01-01 ERROR boom', {})).toBe('error');
    expect(levelOf('level=info msg="no error here"', {})).toBe('info');
    expect(levelOf('nothing to see', {})).toBe('unknown');
  });
});
