/** Adds a matcher to a series selector as a person writes it; an empty one selects everything. */
export function narrowed(selector: string, name: string, value: string): string {
  const matcher = `${name}=${JSON.stringify(value)}`;
  const text = selector.trim();
  if (text === '') {
    return `{${matcher}}`;
  }
  if (!text.endsWith('}')) {
    return `${text}{${matcher}}`;
  }
  const inside = text.slice(0, -1).trimEnd();
  return `${inside}${inside.endsWith('{') || inside.endsWith(',') ? '' : ', '}${matcher}}`;
}

/** The part of a whole, for a bar. */
export function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, part / whole);
}
