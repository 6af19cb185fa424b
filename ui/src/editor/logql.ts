import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { LanguageSupport, LRLanguage, syntaxTree } from '@codemirror/language';
import { linter, type Diagnostic } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { parser } from '@grafana/lezer-logql';
import { styleTags, tags } from '@lezer/highlight';
import { labelNames, labelValues } from '@/api/loki';

const RANGE_FUNCTIONS = [
  'rate', 'count_over_time', 'bytes_rate', 'bytes_over_time', 'sum_over_time', 'avg_over_time', 'min_over_time',
  'max_over_time', 'first_over_time', 'last_over_time', 'quantile_over_time', 'stddev_over_time', 'absent_over_time',
];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'topk', 'bottomk', 'stddev', 'stdvar', 'sort', 'sort_desc'];
const STAGES = [
  { label: 'json', detail: 'labels from JSON fields' },
  { label: 'logfmt', detail: 'labels from key=value pairs' },
  { label: 'pattern', detail: 'labels from a template' },
  { label: 'regexp', detail: 'labels from named groups' },
  { label: 'unpack', detail: 'labels packed by the agent' },
  { label: 'line_format', detail: 'rewrite the line' },
  { label: 'label_format', detail: 'rename or build labels' },
  { label: 'unwrap', detail: 'take a label as the value' },
  { label: 'drop', detail: 'leave labels out' },
  { label: 'keep', detail: 'keep only these labels' },
  { label: 'decolorize', detail: 'strip ANSI colours' },
];
const LOOKBACK_MILLIS = 6 * 3_600_000;

const grammar = LRLanguage.define({
  name: 'logql',
  parser: parser.configure({
    props: [
      styleTags({
        'Identifier LabelName': tags.labelName,
        String: tags.string,
        'Number Duration Bytes Range': tags.number,
        'Json Logfmt Pattern Regexp Unpack Unwrap LineFormat LabelFormat Decolorize Drop Keep': tags.keyword,
        'By Without On Ignoring GroupLeft GroupRight Bool And Or Unless Offset Ip': tags.keyword,
        'RangeOp/... VectorOp/... LabelReplace Vector': tags.function(tags.variableName),
        'Eq Neq Re Nre PipeExact PipeMatch PipePattern Npa Gtr Gte Lss Lte Eql Add Sub Mul Div Mod Pow': tags.operator,
        LineComment: tags.comment,
      }),
    ],
  }),
  languageData: { closeBrackets: { brackets: ['(', '[', '{', '"', '`'] }, commentTokens: { line: '#' } },
});

async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const before = context.state.sliceDoc(0, context.pos);
  const now = Date.now();
  const value = /[{,]\s*([\w.]+)\s*(?:=~|!~|!=|=)\s*"([^"]*)$/.exec(before);
  if (value) {
    const found = await quietly(labelValues(value[1] ?? '', now - LOOKBACK_MILLIS, now));
    return { from: context.pos - (value[2] ?? '').length, options: found.map((label) => ({ label, type: 'text' })) };
  }
  const name = /\{[^{}"]*(?:"[^"]*"[^{}"]*)*$/.test(before) ? /[{,]\s*([\w.]*)$/.exec(before) : null;
  if (name) {
    const found = await quietly(labelNames(now - LOOKBACK_MILLIS, now));
    return { from: context.pos - (name[1] ?? '').length, options: found.map((label) => ({ label, type: 'property' })) };
  }
  const stage = /\|\s*([a-z_]*)$/.exec(before);
  if (stage) {
    return { from: context.pos - (stage[1] ?? '').length, options: STAGES.map((one) => ({ ...one, type: 'keyword' })) };
  }
  const word = context.matchBefore(/[a-z_]+$/);
  if ((!word && !context.explicit) || insideString(context)) {
    return null;
  }
  return {
    from: word?.from ?? context.pos,
    options: [
      ...RANGE_FUNCTIONS.map((label) => ({ label, type: 'function', detail: 'over a range' })),
      ...AGGREGATIONS.map((label) => ({ label, type: 'function', detail: 'aggregation' })),
    ],
  };
}

function insideString(context: CompletionContext): boolean {
  return syntaxTree(context.state).resolveInner(context.pos, -1).name === 'String';
}

/** Completion is a courtesy: a server that is away must not break typing. */
async function quietly(asked: Promise<string[]>): Promise<string[]> {
  try {
    return await asked;
  } catch {
    return [];
  }
}

const grammarErrors = linter((view): Diagnostic[] => {
  const text = view.state.doc.toString();
  if (text.trim() === '') {
    return [];
  }
  const problems: Diagnostic[] = [];
  syntaxTree(view.state).iterate({
    enter: (node) => {
      if (node.type.isError && problems.length === 0) {
        const from = Math.min(node.from, text.length);
        const to = Math.min(Math.max(node.to, from + 1), text.length);
        const found = text.slice(from, to).trim();
        problems.push({
          from: Math.min(from, Math.max(0, to - 1)),
          to,
          severity: 'error',
          message: found === '' ? 'The query ends too early' : `Unexpected ${JSON.stringify(found)}`,
        });
      }
    },
  });
  return problems;
});

export function logql(): Extension {
  return [new LanguageSupport(grammar, grammar.data.of({ autocomplete: complete })), grammarErrors];
}
