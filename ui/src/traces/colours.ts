import { SERIES_COLOURS } from '@/chart/palette';

/** The same service has the same colour on every page and in every trace. */
export function serviceColour(name: string): string {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    hash = (hash * 31 + name.charCodeAt(i)) | 0;
  }
  return SERIES_COLOURS[Math.abs(hash) % SERIES_COLOURS.length] ?? SERIES_COLOURS[0];
}
