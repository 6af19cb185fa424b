import { formatSpan } from '@/time/range';

export type Unit = 'number' | 'bytes' | 'bytes/s' | 'seconds' | 'percent' | 'ratio' | 'celsius' | 'watts' | 'per second' | 'usd';

const SI = ['', 'k', 'M', 'G', 'T', 'P'];
const IEC = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function scaled(value: number, base: number, prefixes: readonly string[]): [number, string] {
  let index = 0;
  let rest = value;
  while (Math.abs(rest) >= base && index < prefixes.length - 1) {
    rest /= base;
    index++;
  }
  return [rest, prefixes[index] ?? ''];
}

/** Three significant digits, no exponent for what people meet daily, no trailing zeros. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) {
    return value.toExponential(1);
  }
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return String(Number(value.toFixed(digits)));
}

export function formatValue(value: number, unit: Unit = 'number'): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  }
  switch (unit) {
    case 'number':
      return short(value);
    case 'per second':
      return `${short(value)}/s`;
    case 'bytes':
    case 'bytes/s': {
      const [rest, suffix] = scaled(value, 1024, IEC);
      return `${formatNumber(rest)} ${suffix}${unit === 'bytes/s' ? '/s' : ''}`;
    }
    case 'seconds':
      return formatSeconds(value);
    case 'percent':
      return `${formatNumber(value)}%`;
    case 'ratio':
      return `${formatNumber(value * 100)}%`;
    case 'celsius':
      return `${formatNumber(value)} °C`;
    case 'watts': {
      const [rest, suffix] = scaled(value, 1000, SI);
      return `${formatNumber(rest)} ${suffix}W`;
    }
    case 'usd':
      return formatMoney(value);
  }
}

function short(value: number): string {
  if (Math.abs(value) < 10_000 && Number.isInteger(value)) {
    return String(value);
  }
  const [rest, suffix] = scaled(value, 1000, SI);
  return formatNumber(rest) + suffix;
}

function formatSeconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) {
    return '0 s';
  }
  if (size < 1e-3) {
    return `${formatNumber(value * 1e6)} µs`;
  }
  if (size < 1) {
    return `${formatNumber(value * 1e3)} ms`;
  }
  return size < 120 ? `${formatNumber(value)} s` : formatSpan(value * 1000);
}

function formatMoney(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) {
    const [rest, suffix] = scaled(value, 1000, SI);
    return `$${formatNumber(rest)}${suffix}`;
  }
  return `$${size >= 100 ? value.toFixed(0) : size >= 0.1 || size === 0 ? value.toFixed(2) : formatNumber(value)}`;
}

/** Nanoseconds as people read them in a trace. */
export function formatNanos(nanos: number): string {
  return formatSeconds(nanos / 1e9);
}

/** The unit that a query's text suggests: names end in their unit by convention, rate() makes it one per second. */
export function guessUnit(expr: string): Unit {
  if (/\/\s*(on|ignoring|sum|count|avg|\(|[a-z_:]+)/i.test(expr) && !/_bytes|_seconds_(sum|total)/.test(expr)) {
    return 'number';
  }
  const perSecond = /\b(rate|irate)\s*\(/.test(expr);
  if (/histogram_quantile\s*\(.*_seconds/s.test(expr)) {
    return 'seconds';
  }
  if (/\//.test(expr.replaceAll(/"[^"]*"|\{[^}]*\}|\[[^\]]*\]/g, ''))) {
    return 'number';
  }
  if (/_bytes(_total)?\b/.test(expr)) {
    return perSecond ? 'bytes/s' : 'bytes';
  }
  if (/_seconds(_sum|_total)?\b/.test(expr)) {
    return perSecond || /_time_seconds\b/.test(expr) ? 'number' : 'seconds';
  }
  if (/_celsius\b|_TEMP\b/.test(expr)) {
    return 'celsius';
  }
  if (/_watts\b|POWER_USAGE\b/.test(expr)) {
    return 'watts';
  }
  if (/_ratio\b|_ACTIVE\b/.test(expr)) {
    return 'ratio';
  }
  if (/_percent\b|_UTIL\b/.test(expr)) {
    return 'percent';
  }
  return perSecond ? 'per second' : 'number';
}
