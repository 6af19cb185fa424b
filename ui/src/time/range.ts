import { formatDuration, parseDuration } from './duration';

/** Each end is `now`, `now-1h`, milliseconds since the epoch, or an ISO date. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

export const DEFAULT_RANGE: TimeRange = { from: 'now-1h', to: 'now' };

/** Milliseconds since the epoch, or undefined for text that names no time. */
export function parseTime(text: string, nowMillis: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'now') {
    return nowMillis;
  }
  if (trimmed.startsWith('now-') || trimmed.startsWith('now+')) {
    const duration = parseDuration(trimmed.slice(4));
    return duration === undefined ? undefined : nowMillis + (trimmed[3] === '-' ? -duration : duration);
  }
  if (/^\d{9,14}$/.test(trimmed)) {
    return trimmed.length <= 10 ? Number(trimmed) * 1000 : Number(trimmed);
  }
  const parsed = Date.parse(trimmed.includes('T') ? trimmed : trimmed.replace(' ', 'T'));
  return Number.isNaN(parsed) || !/^\d{4}-/.test(trimmed) ? undefined : parsed;
}

export function isRelative(range: TimeRange): boolean {
  return range.from.startsWith('now') || range.to.startsWith('now');
}

/** An unreadable or reversed range falls back to the default one: an old link must still open. */
export function resolve(range: TimeRange, nowMillis: number): { startMillis: number; endMillis: number } {
  const startMillis = parseTime(range.from, nowMillis);
  const endMillis = parseTime(range.to, nowMillis);
  if (startMillis === undefined || endMillis === undefined || startMillis >= endMillis) {
    return { startMillis: nowMillis - 3_600_000, endMillis: nowMillis };
  }
  return { startMillis, endMillis };
}

export function describe(range: TimeRange): string {
  if (range.to === 'now' && range.from.startsWith('now-')) {
    return `Last ${range.from.slice(4)}`;
  }
  const now = Date.now();
  const { startMillis, endMillis } = resolve(range, now);
  const sameDay = new Date(startMillis).toDateString() === new Date(endMillis).toDateString();
  return `${formatDateTime(startMillis)} – ${sameDay ? formatClock(endMillis) : formatDateTime(endMillis)}`;
}

const NICE_STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** The smallest step of whole seconds a person would choose that keeps to the number of points. */
export function niceStep(rangeMillis: number, points: number): number {
  const least = rangeMillis / 1000 / points;
  return NICE_STEPS.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;
}

const two = (n: number) => String(n).padStart(2, '0');

export function formatClock(millis: number): string {
  const date = new Date(millis);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function formatDateTime(millis: number): string {
  const date = new Date(millis);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${formatClock(millis)}`;
}

/** `3m ago`, `2h ago`: coarse, for a glance. */
export function formatAge(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 120) {
    return `${seconds}s ago`;
  }
  if (seconds < 7200) {
    return `${Math.round(seconds / 60)}m ago`;
  }
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h ago` : `${Math.round(seconds / 86_400)}d ago`;
}

/** Up to two units: `1h 4m`, `3d 2h`, `12s`. */
export function formatSpan(millis: number): string {
  const rounded = Math.abs(millis) >= 1000 ? Math.round(millis / 1000) * 1000 : Math.round(millis);
  return (formatDuration(rounded).match(/-?\d+(ms|[a-z])/g) ?? ['0s']).slice(0, 2).join(' ');
}
