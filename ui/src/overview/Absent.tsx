import { Link } from '@/url/Link';

/** What a tile would show, and the way to get it: an empty box teaches nothing. */
export function Absent({ what, source }: { readonly what: string; readonly source: string }) {
  return (
    <div className="absent" role="note" aria-label="Not connected">
      {what} <Link to={`/connect?source=${source}`}>Connect it</Link>
    </div>
  );
}
