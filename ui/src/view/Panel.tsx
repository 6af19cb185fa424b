import type { CSSProperties, ReactNode } from 'react';

interface PanelProps {
  readonly title: ReactNode;
  readonly label?: string;
  readonly actions?: ReactNode;
  readonly flush?: boolean;
  readonly style?: CSSProperties;
  readonly children: ReactNode;
}

/** A titled surface; a region that assistive technology can jump to. */
export function Panel({ title, label, actions, flush = false, style, children }: PanelProps) {
  return (
    <section className="panel" aria-label={label ?? (typeof title === 'string' ? title : undefined)} style={style}>
      <header>
        <h2 className="grow clip">{title}</h2>
        {actions}
      </header>
      <div className={flush ? 'body flush' : 'body'}>{children}</div>
    </section>
  );
}
