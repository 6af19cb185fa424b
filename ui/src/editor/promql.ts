import type { Extension } from '@codemirror/state';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';

/** Completion of names, labels, values and functions from the server, and the grammar's own error marks. */
export function promql(): Extension {
  return new PromQLExtension()
    .setComplete({
      remote: { url: window.location.origin, httpMethod: 'GET', lookbackInterval: 3_600_000 },
      maxMetricsMetadata: 20_000,
    })
    .asExtension();
}
