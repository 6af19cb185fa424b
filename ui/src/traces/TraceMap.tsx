import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { serviceColour } from './colours';
import type { PlacedSpan, TraceTree } from './tree';

const HEIGHT = 46;

/** The whole trace on one small canvas: where time goes, where the errors are. */
export function TraceMap({ tree, selected }: { readonly tree: TraceTree; readonly selected: PlacedSpan | undefined }) {
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('dark');
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context || width < 1) {
      return;
    }
    const scale = window.devicePixelRatio || 1;
    canvas.current.width = width * scale;
    canvas.current.height = HEIGHT * scale;
    context.scale(scale, scale);
    const bad = getComputedStyle(canvas.current).getPropertyValue('--bv-bad');
    const rowHeight = Math.min(4, (HEIGHT - 2) / tree.rows.length);
    tree.rows.forEach(({ span, startNanos, index }) => {
      const x = (startNanos / tree.durationNanos) * width;
      const w = Math.max(1, (span.durationNanos / tree.durationNanos) * width);
      const isSelected = selected?.index === index;
      context.globalAlpha = selected && !isSelected ? 0.45 : 1;
      context.fillStyle = span.status === 'error' ? bad : serviceColour(span.service);
      context.fillRect(x, 1 + index * rowHeight, w, Math.max(rowHeight * 0.8, isSelected ? 3 : 0.5));
    });
  }, [tree, width, scheme, selected]);
  return (
    <div ref={ref} className="trace-map">
      <canvas ref={canvas} style={{ width: '100%', height: HEIGHT, display: 'block' }} role="img" aria-label="The trace at a glance" />
    </div>
  );
}
