import type { Level } from '@/api/loki';

export const LEVELS: readonly Level[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unknown'];

export const LEVEL_COLOURS: Readonly<Record<Level, string>> = {
  fatal: 'var(--level-fatal)',
  error: 'var(--level-error)',
  warn: 'var(--level-warn)',
  info: 'var(--level-info)',
  debug: 'var(--level-debug)',
  trace: 'var(--level-trace)',
  unknown: 'var(--bv-faint)',
};
