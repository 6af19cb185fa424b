import { seriesName, type Labels } from '@/api/prometheus';

/** Names that say only what tells the series apart; the whole name stays available as the key. */
export function distinctNames(series: readonly { readonly labels: Labels }[]): string[] {
  const first = series[0];
  if (!first) {
    return [];
  }
  if (series.length === 1) {
    return [seriesName(first.labels)];
  }
  const names = new Set(series.flatMap(({ labels }) => Object.keys(labels)));
  const telling = [...names].filter((name) => series.some(({ labels }) => labels[name] !== first.labels[name]));
  return series.map(({ labels }) => {
    const { __name__: metric, ...rest } = Object.fromEntries(
      telling.filter((name) => labels[name] !== undefined).map((name) => [name, labels[name] ?? '']),
    );
    const values = Object.entries(rest);
    if (metric === undefined && telling.length === 1 && values.length === 1) {
      return values[0]?.[1] ?? '';
    }
    const pairs = values.map(([name, value]) => `${name}=${value}`).join(' ');
    return [metric, pairs].filter(Boolean).join(' ') || seriesName(labels);
  });
}
