import type { LogLine } from '@/api/loki';

export interface ShownLine {
  readonly line: LogLine;
  readonly repeats: number;
}

/** Neighbours that differ only in numbers and ids become one line with a count. */
export function collapse(lines: readonly LogLine[]): ShownLine[] {
  const shown: { line: LogLine; repeats: number; signature: string }[] = [];
  for (const line of lines) {
    const signature = `${line.level} ${signatureOf(line.line)}`;
    const last = shown.at(-1);
    if (last?.signature === signature) {
      last.repeats++;
    } else {
      shown.push({ line, repeats: 1, signature });
    }
  }
  return shown;
}

export function signatureOf(line: string): string {
  return line.replaceAll(/\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b/gi, '#').replaceAll(/\d+(?:\.\d+)?/g, '#');
}
