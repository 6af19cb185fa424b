import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { CountTable, type CountRow } from './CountTable';

const series = { total: 4, active: 4, newInHour: 0, newInDay: 0, before: [] };

function html(...rows: CountRow[]): string {
  return renderToStaticMarkup(createElement(CountTable, { label: 'Metrics', head: 'Metric', rows, past: { seconds: [], all: series } }));
}

describe('CountTable', () => {
  it('shows bytes in units, and a dash for what is not in a block yet', () => {
    const table = html({ key: 'a', name: 'a', series, bytes: 1536 }, { key: 'b', name: 'b', series, bytes: 0 });
    expect(table).toContain('>Bytes in blocks</th>');
    expect(table.match(/<td class="right num[^"]*">[^<]*<\/td><\/tr>/g)).toEqual([
      expect.stringContaining('>1.5 KiB<'),
      expect.stringContaining('>–<'),
    ]);
  });

  it('has no column of bytes where none are told', () => {
    expect(html({ key: 'a', name: 'a', series })).not.toContain('Bytes');
  });
});
