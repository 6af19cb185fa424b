import type uPlot from 'uplot';
import { formatDateTime } from '@/time/range';
import { formatValue, type Unit } from './units';

interface TooltipSeries {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

interface TooltipInput {
  readonly unit: Unit;
  series(): readonly TooltipSeries[];
  hidden(): ReadonlySet<string>;
}

const MOST_ROWS = 12;

/** Follows the cursor with the values nearest to it; written straight to the DOM, since it runs on every mouse move. */
export function tooltip({ unit, series, hidden }: TooltipInput): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = 'chart-tooltip';
  box.hidden = true;

  const show = (plot: uPlot) => {
    const { idx, left, top } = plot.cursor;
    const isUnderMouse = plot.over.matches(':hover');
    if (idx === null || idx === undefined || left === undefined || left < 0 || top === undefined || !isUnderMouse) {
      box.hidden = true;
      return;
    }
    const rows = nearest(plot, idx, plot.posToVal(top, 'y'));
    if (rows.length === 0) {
      box.hidden = true;
      return;
    }
    const all = series().length - hidden().size;
    box.replaceChildren(
      element('div', 'when', formatDateTime((plot.data[0][idx] ?? 0) * 1000)),
      ...rows.map(({ one, value }) => {
        const row = element('div', 'row');
        const swatch = element('i', '');
        swatch.style.background = one.colour;
        row.append(swatch, element('span', 'name', one.name), element('b', 'num', formatValue(value, unit)));
        return row;
      }),
      ...(all > rows.length ? [element('div', 'more', `${all - rows.length} more`)] : []),
    );
    box.hidden = false;
    place(plot, left, top);
  };

  function nearest(plot: uPlot, index: number, at: number) {
    const found: { one: TooltipSeries; value: number; distance: number }[] = [];
    for (const one of series()) {
      const value = one.values[index];
      if (value !== null && value !== undefined && !hidden().has(one.key)) {
        found.push({ one, value, distance: Math.abs(value - at) });
      }
    }
    if (found.length > MOST_ROWS) {
      found.sort((a, b) => a.distance - b.distance).length = MOST_ROWS;
    }
    return plot.series.length > 2 ? found.sort((a, b) => b.value - a.value) : found;
  }

  function place(plot: uPlot, left: number, top: number) {
    const bounds = plot.over.getBoundingClientRect();
    const width = box.offsetWidth;
    const height = box.offsetHeight;
    const x = bounds.left + left + 14 + width > window.innerWidth ? bounds.left + left - width - 14 : bounds.left + left + 14;
    const y = Math.min(bounds.top + top + 12, window.innerHeight - height - 8);
    box.style.transform = `translate(${Math.round(x)}px, ${Math.round(Math.max(4, y))}px)`;
  }

  return {
    hooks: {
      init: (plot) => {
        document.body.append(box);
        plot.over.addEventListener('mouseleave', () => {
          box.hidden = true;
        });
      },
      setCursor: show,
      destroy: () => box.remove(),
    },
  };
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
