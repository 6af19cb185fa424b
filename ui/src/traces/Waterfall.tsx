import { IconAlertCircleFilled, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { formatNanos } from '@/chart/units';
import { serviceColour } from './colours';
import { unfolded, type PlacedSpan, type TraceTree } from './tree';

interface WaterfallProps {
  readonly tree: TraceTree;
  readonly selectedId: string;
  readonly matches: ReadonlySet<string> | undefined;
  readonly onSelect: (spanId: string) => void;
}

const ROW_PIXELS = 24;
const INDENT_PIXELS = 12;
const DEEPEST_INDENT = 16;

/** A tree grid of spans; only the rows in sight are in the document. Arrow keys walk and fold it. */
export function Waterfall({ tree, selectedId, matches, onSelect }: WaterfallProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const visible = useMemo(() => unfolded(tree.rows, folded), [tree, folded]);
  const position = visible.findIndex(({ span }) => span.spanId === selectedId);
  const rows = useVirtualizer({
    count: visible.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 10,
  });

  const wasScrolled = useRef(false);
  useEffect(() => {
    if (position >= 0) {
      rows.scrollToIndex(position, { align: wasScrolled.current ? 'auto' : 'center' });
      wasScrolled.current = true;
    } else if (selectedId !== '') {
      setFolded(new Set());
    }
    // Only a new selection scrolls: folding elsewhere must not move the page.
  }, [selectedId]);

  const fold = (spanId: string, isFolded: boolean) => {
    const next = new Set(folded);
    if (isFolded) {
      next.add(spanId);
    } else {
      next.delete(spanId);
    }
    setFolded(next);
  };
  const onKey = (event: KeyboardEvent) => {
    const row = visible[position];
    const go = (to: number) => {
      const target = visible[Math.max(0, Math.min(visible.length - 1, to))];
      if (target) {
        onSelect(target.span.spanId);
      }
    };
    switch (event.key) {
      case 'ArrowDown':
        go(position + 1);
        break;
      case 'ArrowUp':
        go(position < 0 ? 0 : position - 1);
        break;
      case 'Home':
        go(0);
        break;
      case 'End':
        go(visible.length - 1);
        break;
      case 'ArrowRight':
        if (row) {
          fold(row.span.spanId, false);
        }
        break;
      case 'ArrowLeft':
        if (row && row.childCount > 0 && !folded.has(row.span.spanId)) {
          fold(row.span.spanId, true);
        } else if (row) {
          go(visible.findIndex(({ span }) => span.spanId === row.span.parentSpanId));
        }
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  return (
    <>
      <Scale durationNanos={tree.durationNanos} />
      <div
        ref={scroller}
        className="waterfall"
        role="treegrid"
        aria-label={`${tree.rows.length} spans`}
        aria-rowcount={visible.length}
        aria-activedescendant={position >= 0 ? `span-${selectedId}` : undefined}
        tabIndex={0}
        onKeyDown={onKey}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="rowgroup">
          {rows.getVirtualItems().map(({ index, start }) => {
            const placed = visible[index];
            return placed === undefined ? null : (
              <div key={placed.span.spanId + placed.index} style={{ position: 'absolute', insetInline: 0, top: start }} role="presentation">
                <SpanRow
                  placed={placed}
                  durationNanos={tree.durationNanos}
                  isSelected={placed.span.spanId === selectedId}
                  isFaded={matches !== undefined && !matches.has(placed.span.spanId)}
                  isFolded={folded.has(placed.span.spanId)}
                  onSelect={onSelect}
                  onFold={fold}
                />
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

function Scale({ durationNanos }: { readonly durationNanos: number }) {
  return (
    <div className="waterfall-scale num" aria-hidden>
      <span className="span-name">Service and operation</span>
      <span className="span-time">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part} style={{ left: `${part * 100}%`, transform: `translateX(${part === 1 ? '-100' : part === 0 ? '0' : '-50'}%)` }}>
            {formatNanos(durationNanos * part)}
          </span>
        ))}
      </span>
    </div>
  );
}

interface SpanRowProps {
  readonly placed: PlacedSpan;
  readonly durationNanos: number;
  readonly isSelected: boolean;
  readonly isFaded: boolean;
  readonly isFolded: boolean;
  readonly onSelect: (spanId: string) => void;
  readonly onFold: (spanId: string, isFolded: boolean) => void;
}

function SpanRow({ placed, durationNanos, isSelected, isFaded, isFolded, onSelect, onFold }: SpanRowProps) {
  const { span, depth, startNanos, childCount, isErrorSource, descendantCount } = placed;
  const left = (100 * startNanos) / durationNanos;
  const width = (100 * span.durationNanos) / durationNanos;
  const colour = serviceColour(span.service);
  const isError = span.status === 'error';
  return (
    <div
      id={`span-${span.spanId}`}
      className="span-row"
      role="row"
      aria-level={depth + 1}
      aria-selected={isSelected}
      aria-expanded={childCount > 0 ? !isFolded : undefined}
      aria-label={`${span.service} ${span.operation}, ${formatNanos(span.durationNanos)}${isError ? ', error' : ''}`}
      data-faded={isFaded || undefined}
      data-source={isErrorSource || undefined}
      onClick={() => onSelect(span.spanId)}
    >
      <span className="span-name" role="gridcell" style={{ paddingLeft: 4 + INDENT_PIXELS * Math.min(depth, DEEPEST_INDENT) }}>
        {childCount > 0 ? (
          <button
            type="button"
            tabIndex={-1}
            aria-label={isFolded ? 'Unfold' : 'Fold'}
            onClick={(event) => {
              event.stopPropagation();
              onFold(span.spanId, !isFolded);
            }}
          >
            {isFolded ? <IconChevronRight size={12} /> : <IconChevronDown size={12} />}
          </button>
        ) : (
          <span style={{ width: 16, flex: 'none' }} />
        )}
        <i style={{ background: colour }} />
        {isError && <IconAlertCircleFilled size={13} color="var(--bv-bad)" aria-label="Error" />}
        <span className="clip">
          <b>{span.service}</b> {span.operation}
        </span>
        {isFolded && <span className="dim num">+{descendantCount}</span>}
      </span>
      <span className="span-time" role="gridcell">
        <i style={{ left: `${left}%`, width: `max(2px, ${width}%)`, background: isError ? 'var(--bv-bad)' : colour }} />
        <span className="num" style={{ left: `calc(max(${left}% + 2px, ${left + width}%) + 6px)` }}>
          {formatNanos(span.durationNanos)}
        </span>
      </span>
    </div>
  );
}
