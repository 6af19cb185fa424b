/** Series colours: distinct in both schemes, none of them the red, amber or green that mean a state. */
export const SERIES_COLOURS = [
  '#5b9cf5', '#e0a03c', '#52b9a0', '#c678dd', '#e0748a', '#7fb24f',
  '#4fb6d8', '#b98b5e', '#8f86f0', '#d96fb3', '#9aa84a', '#6f8fb0',
] as const;

/** Past the palette, hues a golden angle apart: neighbours differ, and none is too pale or too dark to see. */
export function seriesColour(index: number): string {
  const fixed = SERIES_COLOURS[index];
  return fixed ?? `hsl(${Math.round(index * 137.508) % 360} ${42 + (index % 3) * 10}% ${52 + (index % 4) * 5}%)`;
}

/** What a canvas needs: colours resolved from the page's tokens. */
export interface CanvasColours {
  readonly text: string;
  readonly grid: string;
  readonly surface: string;
}

export function canvasColours(): CanvasColours {
  const style = getComputedStyle(document.documentElement);
  return {
    text: style.getPropertyValue('--bv-dim').trim(),
    grid: style.getPropertyValue('--bv-grid').trim(),
    surface: style.getPropertyValue('--bv-surface').trim(),
  };
}
