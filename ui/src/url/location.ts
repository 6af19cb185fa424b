import { useSyncExternalStore } from 'react';

/** The parameters that travel along when a person moves from page to page. */
const CARRIED = ['from', 'to', 'refresh'];

const listeners = new Set<() => void>();

function notify() {
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    window.addEventListener('popstate', notify);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.removeEventListener('popstate', notify);
    }
  };
}

const href = () => window.location.pathname + window.location.search;

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

export function usePlace(): Place {
  const current = useSyncExternalStore(subscribe, href);
  const [path = '/', query = ''] = current.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

export function navigate(to: string, how: 'push' | 'replace' = 'push') {
  if (to === href()) {
    return;
  }
  if (how === 'push') {
    window.history.pushState(null, '', to);
  } else {
    window.history.replaceState(null, '', to);
  }
  notify();
}

/** The address of a page with today's time range, unless the address names one. */
export function withTime(to: string, current: URLSearchParams): string {
  const [path = '/', queryText = ''] = to.split('?', 2);
  const query = new URLSearchParams(queryText);
  const hasOwnRange = query.has('from') || query.has('to');
  for (const name of CARRIED) {
    const value = current.get(name);
    if (value !== null && !query.has(name) && !(hasOwnRange && name !== 'refresh')) {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Changes parameters of the present address; undefined and '' remove one, a list repeats it. */
export function changeQuery(
  changes: Readonly<Record<string, string | readonly string[] | undefined>>,
  how: 'push' | 'replace' = 'push',
) {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    if (value === undefined || value === '') {
      continue;
    }
    for (const one of typeof value === 'string' ? [value] : value) {
      query.append(name, one);
    }
  }
  const text = query.toString();
  navigate(window.location.pathname + (text === '' ? '' : `?${text}`), how);
}
