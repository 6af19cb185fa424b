import { lazy, Suspense, useRef } from 'react';
import './editor.css';

export interface QueryProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

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

const CodeEditor = lazy(async () => ({ default: (await import('./CodeEditor')).CodeEditor }));

/** A query field. CodeMirror and the grammars come in their own chunk; until then a plain field stands in. */
export function QueryEditor(props: QueryEditorProps) {
  const isTyping = useRef(false);
  return (
    <div className="editor" data-search>
      <Suspense
        fallback={
          <input
            className="editor-stand-in mono"
            aria-label={props.label}
            value={props.value}
            onChange={(event) => props.onChange(event.currentTarget.value)}
            onFocus={() => {
              isTyping.current = true;
            }}
            onBlur={() => {
              isTyping.current = false;
            }}
          />
        }
      >
        <CodeEditor {...props} takesFocus={() => isTyping.current} />
      </Suspense>
    </div>
  );
}
