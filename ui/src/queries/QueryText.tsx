import type { ReactNode } from 'react';
import type { Language } from '@/api/queries';
import { Link } from '@/url/Link';
import { LANGUAGE_TEXT } from './words';

interface QueryTextProps {
  readonly language: Language;
  readonly text: string;
  /** Where it can be looked into. */
  readonly to: string | undefined;
  readonly children?: ReactNode;
}

/** A query in a cell: at most three lines of it, with what is known of it below. */
export function QueryText({ language, text, to, children }: QueryTextProps) {
  return (
    <>
      <span className="query-text mono" title={text}>
        {to === undefined ? text : <Link to={to}>{text}</Link>}
      </span>
      <span className="query-facts dim">
        {LANGUAGE_TEXT[language]}
        {children}
      </span>
    </>
  );
}
