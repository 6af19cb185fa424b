import './share.css';

/** A thin bar below a name: how much of the whole it makes, from 0 to 1. */
export function Share({ of }: { readonly of: number }) {
  return (
    <span className="share" aria-hidden>
      <i style={{ width: `${100 * of}%` }} />
    </span>
  );
}
