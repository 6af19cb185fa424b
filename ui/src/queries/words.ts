import type { ActiveQuery, Language } from '@/api/queries';
import { formatDateTime, formatSpan } from '@/time/range';
import { logsAddress, metricsAddress } from '@/url/addresses';
import type { Tone } from '@/view/Tag';

export const LANGUAGE_TEXT: Readonly<Record<Language, string>> = { promql: 'PromQL', logql: 'LogQL', traceql: 'TraceQL' };

/** Whether each word of the filter is somewhere in the texts. */
export function matches(filter: string, ...texts: readonly string[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

type Asked = Pick<ActiveQuery, 'start' | 'end' | 'stepSeconds'>;

/** Where a query can be looked into, over its own range; a moment is shown in the range of the screen. */
export function exploreAddress(language: Language, text: string, asked?: Asked): string | undefined {
  const between = asked && asked.end > asked.start ? { startMillis: asked.start * 1000, endMillis: asked.end * 1000 } : undefined;
  switch (language) {
    case 'promql':
      return metricsAddress(text, between);
    case 'logql':
      return logsAddress(text, between);
    case 'traceql':
      return undefined;
  }
}

/** What is asked for, in a few words: `6h by 15s until 2026-01-01 12:00:00`. */
export function askedText({ start, end, stepSeconds }: Asked): string {
  const until = formatDateTime(end * 1000);
  if (end <= start) {
    return `at ${until}`;
  }
  const span = formatSpan((end - start) * 1000);
  return stepSeconds > 0 ? `${span} by ${formatSpan(stepSeconds * 1000)} until ${until}` : `${span} until ${until}`;
}

interface Phase {
  readonly tone: Tone;
  readonly text: string;
  readonly title: string;
}

export function phaseOf({ waitsFor }: Pick<ActiveQuery, 'waitsFor'>): Phase {
  switch (waitsFor) {
    case 'place':
      return { tone: 'warn', text: 'waits for a place', title: 'As many run as query.maxConcurrent allows' };
    case 'turn':
      return { tone: 'quiet', text: 'waits for its turn', title: 'Other queries have the processors' };
    case 'memory':
      return { tone: 'warn', text: 'waits for memory', title: 'Queries hold as much as query.memoryBytes allows' };
    case null:
      return { tone: 'ok', text: 'computes', title: 'It has a place and its turn' };
  }
}
