import { lazy, Suspense, useRef } from 'react';
import './editor.css';
import type { QueryEditorProps } from './props';

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
