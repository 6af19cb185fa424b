import type { ReactNode } from 'react';
import type { Labels } from '@/api/prometheus';

export function Tags({ labels, without = [] }: { readonly labels: Labels; readonly without?: readonly string[] }) {
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 4 }}>
      {Object.entries(labels)
        .filter(([name]) => !without.includes(name))
        .map(([name, value]) => (
          <span key={name} className="tag">
            <b>{name}</b>
            {value}
          </span>
        ))}
    </span>
  );
}

export type Tone = 'ok' | 'warn' | 'bad' | 'quiet';

/** A state in words and colour: never by colour alone. */
export function State({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  const wash = tone === 'quiet' ? 'var(--bv-raised)' : `var(--bv-${tone}-wash)`;
  const colour = tone === 'quiet' ? 'var(--bv-dim)' : `var(--bv-${tone})`;
  return (
    <span className="tag" style={{ background: wash, color: colour, fontWeight: 550 }}>
      {children}
    </span>
  );
}
