import { SERIES_COLOURS } from '@/chart/palette';

/** Pink and rose lie too near the red of an error. */
const SERVICE_COLOURS = SERIES_COLOURS.filter((colour) => colour !== '#e0748a' && colour !== '#d96fb3');

/** The same service has the same colour on every page and in every trace. */
export function serviceColour(name: string): string {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    hash = (hash * 31 + name.charCodeAt(i)) | 0;
  }
  return SERVICE_COLOURS[Math.abs(hash) % SERVICE_COLOURS.length] ?? SERIES_COLOURS[0];
}
