import { usePlace } from '@/url/location';
import { TracePage } from './TracePage';
import { TraceSearchPage } from './TraceSearchPage';
import './traces.css';

export function TracesPage() {
  const { path } = usePlace();
  const traceId = path.split('/')[2] ?? '';
  return traceId === '' ? <TraceSearchPage /> : <TracePage key={traceId} traceId={decodeURIComponent(traceId)} />;
}
