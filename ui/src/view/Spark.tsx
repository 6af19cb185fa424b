interface SparkProps {
  readonly values: readonly (number | null)[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
  readonly colour?: string;
  /** What the lower edge stands for; the lowest value where it is absent. */
  readonly from?: number;
}

/** A line without axes, for a table cell. */
export function Spark({ values, label, width = 110, height = 22, colour = 'var(--bv-accent)', from }: SparkProps) {
  const known = values.filter((value): value is number => value !== null);
  const low = Math.min(...known, from ?? Infinity);
  const high = Math.max(...known);
  let path = '';
  let isDown = false;
  values.forEach((value, i) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const x = values.length < 2 ? width : (i / (values.length - 1)) * width;
    const y = high === low ? height / 2 : 2 + (1 - (value - low) / (high - low)) * (height - 4);
    path += `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  });
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      {known.length > 0 && <path d={path} fill="none" stroke={colour} strokeWidth={1.4} strokeLinejoin="round" />}
    </svg>
  );
}
