const KEY = 'belvedere.metrics.history';
const MOST = 50;

/** The queries run last, newest first; kept in this browser only. */
export function history(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

export function remember(queries: readonly string[]) {
  const kept = [...queries, ...history().filter((one) => !queries.includes(one))].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that stores nothing still runs queries.
  }
}
