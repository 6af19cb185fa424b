/** Series colours: distinct in both schemes, none of them the red, amber or green that mean a state. */
export const SERIES_COLOURS = [
  '#5b9cf5', '#e0a03c', '#52b9a0', '#c678dd', '#e0748a', '#7fb24f',
  '#4fb6d8', '#b98b5e', '#8f86f0', '#d96fb3', '#9aa84a', '#6f8fb0',
] as const;

export function seriesColour(index: number): string {
  const size = SERIES_COLOURS.length;
  const base = SERIES_COLOURS[index % size] ?? '#5b9cf5';
  const round = Math.floor(index / size);
  // Later rounds shift the lightness so that the 13th line is not mistaken for the first.
  return round === 0 ? base : `color-mix(in oklab, ${base}, ${round % 2 === 1 ? 'white' : 'black'} ${20 + ((round * 7) % 30)}%)`;
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
