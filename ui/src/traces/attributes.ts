/** Reads `key=value other="with space"`; undefined when a part has no `=`. */
export function parseAttributes(text: string): Record<string, string> | undefined {
  const attributes: Record<string, string> = {};
  const rest = text.trim();
  const pair = /\s*([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/y;
  while (pair.lastIndex < rest.length) {
    const match = pair.exec(rest);
    if (!match) {
      return undefined;
    }
    attributes[match[1] ?? ''] = match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '';
  }
  return attributes;
}
