import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { appearance } from './appearance';
import { logql } from './logql';
import { promql } from './promql';
import type { QueryEditorProps } from './props';

interface CodeEditorProps extends QueryEditorProps {
  /** Whether a person was typing into the field that this one replaces. */
  readonly takesFocus: () => boolean;
}

export function CodeEditor(props: CodeEditorProps) {
  const { language, label, value, placeholder: hint = '', problem, onChange, onRun, takesFocus } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const latest = useRef({ value, onChange, onRun });
  latest.current = { value, onChange, onRun };

  useEffect(() => {
    if (!host.current) {
      return;
    }
    const run = (editor: EditorView) => {
      latest.current.onRun(editor.state.doc.toString());
      return true;
    };
    const keys = Prec.high(
      keymap.of([
        { key: 'Mod-Enter', run },
        { key: 'Shift-Enter', run: insertNewlineAndIndent },
        {
          key: 'Escape',
          run: (editor) => {
            editor.contentDOM.blur();
            return true;
          },
        },
      ]),
    );
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          // Above everything else stands the open list of completions: there Enter and Escape are its own.
          Prec.highest(keymap.of(completionKeymap)),
          keys,
          Prec.low(keymap.of([{ key: 'Enter', run }])),
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: true, maxRenderedOptions: 80 }),
          keymap.of([...closeBracketsKeymap, ...historyKeymap, ...lintKeymap]),
          Prec.lowest(keymap.of(defaultKeymap)),
          language === 'promql' ? promql() : logql(),
          placeholder(hint),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              latest.current.onChange(update.state.doc.toString());
            }
          }),
          appearance,
        ],
      }),
    });
    view.current = editor;
    if (takesFocus()) {
      editor.focus();
      editor.dispatch({ selection: { anchor: editor.state.doc.length } });
    }
    return () => {
      editor.destroy();
      view.current = undefined;
    };
  }, [language, label, hint]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor) {
      const end = editor.state.doc.length;
      const marks = problem
        ? [{ from: Math.min(problem.from, end), to: Math.min(problem.to, end), severity: 'error' as const, message: problem.message }]
        : [];
      editor.dispatch(setDiagnostics(editor.state, marks));
    }
  }, [problem]);

  return <div ref={host} className="grow" />;
}
