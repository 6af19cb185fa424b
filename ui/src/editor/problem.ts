export interface QueryProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Finds the position in messages such as `1:5: parse error: …` and `parse error at line 1, col 5: …`. */
export function problemOf(query: string, message: string): QueryProblem | undefined {
  const range = /^(?:invalid parameter "query": )?(\d+):(\d+)(?:-(\d+))?: (.*)$/s.exec(message);
  if (range) {
    const from = offset(query, Number(range[1]), Number(range[2]));
    return { from, to: wordEnd(query, from), message: range[4] ?? message };
  }
  const sentence = /\bat (?:line (\d+),? col(?:umn)? (\d+)|char(?:acter)? (\d+)|position (\d+))/i.exec(message);
  if (!sentence) {
    return undefined;
  }
  const single = sentence[3] ?? sentence[4];
  const from =
    single === undefined ? offset(query, Number(sentence[1]), Number(sentence[2])) : clamp(query, Number(single) - 1);
  return { from, to: wordEnd(query, from), message };
}

function offset(query: string, line: number, column: number): number {
  const before = query.split('\n').slice(0, line - 1);
  return clamp(query, before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1);
}

function clamp(query: string, position: number): number {
  return Math.max(0, Math.min(position, query.length));
}

function wordEnd(query: string, from: number): number {
  const word = /^[\w:.]+|^\S/.exec(query.slice(from))?.[0] ?? '';
  return from + Math.max(word.length, from < query.length ? 1 : 0);
}
