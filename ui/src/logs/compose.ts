/** A query for lines; everything else is a metric query. */
export function isLogQuery(query: string): boolean {
  return query.trimStart().startsWith('{');
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Adds a line filter behind the stream selector. */
export function withFilter(query: string, contains: string): string {
  if (contains === '' || !isLogQuery(query)) {
    return query;
  }
  const end = selectorEnd(query);
  return `${query.slice(0, end)} |= ${quote(contains)}${query.slice(end)}`;
}

/** Adds a matcher to the stream selector, or a label filter at the end for a label that is not of the stream. */
export function withMatcher(query: string, name: string, operator: '=' | '!=', value: string, isStreamLabel = true): string {
  const end = selectorEnd(query);
  if (!isStreamLabel && isLogQuery(query)) {
    return `${query} | ${name}${operator}${quote(value)}`;
  }
  if (!isLogQuery(query) || end === 0) {
    return `{${name}${operator}${quote(value)}}`;
  }
  const inside = query.slice(query.indexOf('{') + 1, end - 1).trim();
  const matcher = `${name}${operator}${quote(value)}`;
  return `{${inside === '' ? matcher : `${inside}, ${matcher}`}}${query.slice(end)}`;
}

/** The index behind the closing brace of the selector; strings may hold braces. */
function selectorEnd(query: string): number {
  let quoted = '';
  for (let i = 0; i < query.length; i++) {
    const char = query[i];
    if (quoted !== '') {
      if (char === '\\' && quoted === '"') {
        i++;
      } else if (char === quoted) {
        quoted = '';
      }
    } else if (char === '"' || char === '`') {
      quoted = char;
    } else if (char === '}') {
      return i + 1;
    }
  }
  return query.length;
}
