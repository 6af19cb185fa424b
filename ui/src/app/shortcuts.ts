import { useEffect, useRef } from 'react';
import { navigate, withTime } from '@/url/location';
import { PAGES } from './pages';

export interface ShortcutActions {
  toggleHelp(): void;
  toggleTheme(): void;
  refresh(): void;
  openTime(): void;
}

/** What the help window shows; the keys themselves are handled below. */
export const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  ...PAGES.map((page) => ({ keys: ['g', page.key], does: `Go to ${page.title}` })),
  { keys: ['/'], does: 'Put the cursor into the page’s query or search field' },
  { keys: ['t'], does: 'Choose the time range' },
  { keys: ['r'], does: 'Refresh now' },
  { keys: ['d'], does: 'Switch between dark and light' },
  { keys: ['Ctrl', 'Enter'], does: 'Run the query being edited' },
  { keys: ['Esc'], does: 'Leave a field, close a window' },
  { keys: ['?'], does: 'Show these keys' },
];

/** Milliseconds within which the second key of `g x` counts. */
const SEQUENCE_MILLIS = 1200;

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return element !== null && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

export function useShortcuts(actions: ShortcutActions) {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let wentAt = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target)) {
        if (event.key === 'Escape' && !event.defaultPrevented) {
          (event.target as HTMLElement).blur();
        }
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
        return;
      }
      if (event.timeStamp - wentAt < SEQUENCE_MILLIS) {
        wentAt = -Infinity;
        const page = PAGES.find(({ key }) => key === event.key);
        if (page) {
          event.preventDefault();
          navigate(withTime(page.path, new URLSearchParams(window.location.search)));
        }
        return;
      }
      if (event.key === 'g') {
        wentAt = event.timeStamp;
      } else if (runKey(event.key, latest.current)) {
        event.preventDefault();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function runKey(key: string, actions: ShortcutActions): boolean {
  switch (key) {
    case '?':
      actions.toggleHelp();
      return true;
    case 'd':
      actions.toggleTheme();
      return true;
    case 'r':
      actions.refresh();
      return true;
    case 't':
      actions.openTime();
      return true;
    case '/':
      return focusSearch();
    default:
      return false;
  }
}

/** A page marks the field that `/` goes to with data-search. */
function focusSearch(): boolean {
  const marked = document.querySelector<HTMLElement>('[data-search]');
  const field = marked?.querySelector<HTMLElement>('.cm-content, input') ?? marked;
  field?.focus();
  return field !== null;
}
