interface MeterProps {
  /** 0 to 1. */
  readonly share: number;
  readonly text: string;
  readonly label: string;
  readonly warnAt?: number;
  readonly badAt?: number;
}

/** A share as a bar with its number; amber and red from the given shares on. */
export function Meter({ share, text, label, warnAt = Infinity, badAt = Infinity }: MeterProps) {
  const colour = share >= badAt ? 'var(--bv-bad)' : share >= warnAt ? 'var(--bv-warn)' : 'var(--bv-accent)';
  return (
    <span className="meter" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={1} aria-valuenow={share} aria-valuetext={text}>
      <span className="num">{text}</span>
      <span className="meter-bar">
        <i style={{ width: `${100 * Math.max(0, Math.min(1, share))}%`, background: colour }} />
      </span>
    </span>
  );
}
