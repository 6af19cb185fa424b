const UNITS: Record<string, number> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3, y: 365 * 86400e3 };

/** Milliseconds of a Prometheus duration such as `1h30m`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^(\d+(\.\d+)?(ms|[smhdwy]))+$/.test(trimmed)) {
    return undefined;
  }
  let millis = 0;
  for (const part of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwy])/g)) {
    millis += Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0);
  }
  return millis;
}

/** The shortest Prometheus duration for a number of milliseconds, exact to the millisecond. */
export function formatDuration(millis: number): string {
  if (millis === 0) {
    return '0s';
  }
  let rest = Math.round(Math.abs(millis));
  let text = millis < 0 ? '-' : '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) {
      text += `${count}${unit}`;
      rest -= count * size;
    }
  }
  return text;
}
