import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const highlight = HighlightStyle.define([
  { tag: [tags.function(tags.variableName), tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--code-word)' },
  { tag: [tags.labelName, tags.propertyName, tags.attributeName], color: 'var(--code-label)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.unit], color: 'var(--code-number)' },
  { tag: [tags.operator, tags.punctuation, tags.paren, tags.squareBracket, tags.brace], color: 'var(--bv-dim)' },
  { tag: tags.comment, color: 'var(--bv-faint)', fontStyle: 'italic' },
  { tag: tags.invalid, textDecoration: 'underline wavy var(--bv-bad)' },
]);

const frame = EditorView.theme({
  '&': { fontSize: '12.5px', color: 'var(--bv-text)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--bv-text)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-cursor': { borderLeftColor: 'var(--bv-text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--bv-accent-wash) !important' },
  '.cm-placeholder': { color: 'var(--bv-faint)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--bv-accent-wash) !important' },
  '.cm-tooltip': {
    border: '1px solid var(--bv-line)',
    borderRadius: '6px',
    backgroundColor: 'var(--bv-raised)',
    color: 'var(--bv-text)',
    boxShadow: '0 4px 16px rgb(0 0 0 / 25%)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mantine-font-family-monospace)', maxHeight: '16em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--bv-accent-wash)', color: 'var(--bv-text)' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--bv-accent-text)', fontWeight: '600' },
  '.cm-completionDetail': { color: 'var(--bv-faint)', fontStyle: 'normal', marginLeft: '1em' },
  '.cm-completionInfo': { padding: '6px 8px', maxWidth: '340px', fontFamily: 'var(--mantine-font-family)' },
  '.cm-diagnostic': { padding: '4px 8px', borderLeft: '3px solid var(--bv-bad)', fontFamily: 'var(--mantine-font-family)' },
});

export const appearance = [frame, syntaxHighlighting(highlight)];
