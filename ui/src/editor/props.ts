import type { QueryProblem } from './problem';

/** Of a query field, whatever draws it. */
export interface QueryEditorProps {
  readonly language: 'promql' | 'logql';
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  /** What the server says is wrong with the query, at its position. */
  readonly problem?: QueryProblem | undefined;
  readonly onChange: (value: string) => void;
  /** Enter or Ctrl+Enter; Shift+Enter begins a new line. */
  readonly onRun: (value: string) => void;
}
