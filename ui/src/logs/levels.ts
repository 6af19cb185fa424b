import type { Level } from '@/api/loki';

export const LEVELS: readonly Level[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unknown'];

export const LEVEL_COLOURS: Readonly<Record<Level, string>> = {
  fatal: '#c13ba2',
  error: '#ec6a5e',
  warn: '#e0a03c',
  info: '#5b9cf5',
  debug: '#7d8aa0',
  trace: '#5f6b7e',
  unknown: '#8c96a6',
};
