import { IconChevronDown, IconChevronRight, IconRouteAltLeft } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { LogLine } from '@/api/loki';
import { formatClock, formatDateTime } from '@/time/range';
import { traceAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import type { ShownLine } from './collapse';
import { LEVEL_COLOURS } from './levels';
import { LogDetail } from './LogDetail';

interface LogLinesProps {
  readonly lines: readonly ShownLine[];
  readonly wraps: boolean;
  readonly onMatcher: (name: string, operator: '=' | '!=', value: string, isStreamLabel: boolean) => void;
}

const ROW_PIXELS = 22;

/** Only the rows in sight are in the document; their heights are measured, since lines wrap and open. */
export function LogLines({ lines, wraps, onMatcher }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => lines[index]?.line.id ?? index,
    overscan: 12,
  });
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) {
      next.add(id);
    }
    setOpen(next);
  };
  return (
    <div ref={scroller} className="log-lines" role="list" aria-label="Log lines, newest first" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const shown = lines[index];
          return shown === undefined ? null : (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              role="listitem"
              style={{ position: 'absolute', insetInline: 0, transform: `translateY(${start}px)` }}
            >
              <LineRow shown={shown} wraps={wraps} isOpen={open.has(shown.line.id)} onToggle={() => toggle(shown.line.id)} />
              {open.has(shown.line.id) && <LogDetail line={shown.line} onMatcher={onMatcher} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface LineRowProps {
  readonly shown: ShownLine;
  readonly wraps: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function LineRow({ shown: { line, repeats }, wraps, isOpen, onToggle }: LineRowProps) {
  return (
    <div className={wraps ? 'log-row wraps' : 'log-row'} style={{ borderLeftColor: LEVEL_COLOURS[line.level] }}>
      <button
        type="button"
        className="log-open"
        aria-expanded={isOpen}
        aria-label={`${line.level} at ${formatDateTime(line.timeMillis)}: ${line.line.slice(0, 160)}`}
        onClick={onToggle}
      >
        {isOpen ? <IconChevronDown size={12} /> : <IconChevronRight size={12} />}
        <time className="num" dateTime={new Date(line.timeMillis).toISOString()} title={formatDateTime(line.timeMillis)}>
          {formatClock(line.timeMillis)}.{String(line.timeMillis % 1000).padStart(3, '0')}
        </time>
        <span className="log-level" style={{ color: LEVEL_COLOURS[line.level] }}>
          {line.level === 'unknown' ? '' : line.level}
        </span>
      </button>
      <span className="log-source clip">{sourceOf(line)}</span>
      {repeats > 1 && <span className="tag num">×{repeats}</span>}
      <span className="log-text">{wraps ? line.line : line.line.slice(0, 2000)}</span>
      {line.traceId !== '' && (
        <Link to={traceAddress(line.traceId)} className="log-trace" aria-label={`Trace ${line.traceId}`} title="Open the trace">
          <IconRouteAltLeft size={13} stroke={1.7} />
          trace
        </Link>
      )}
    </div>
  );
}

function sourceOf({ labels }: LogLine): string {
  return labels['service_name'] ?? labels['app'] ?? labels['job'] ?? labels['container'] ?? Object.values(labels)[0] ?? '';
}
