/** The addresses of the screen, in one place: docs/ui.md lists them. */

export interface Between {
  readonly startMillis: number;
  readonly endMillis: number;
}

function address(path: string, parameters: [string, string][], between?: Between): string {
  const query = new URLSearchParams(parameters.filter(([, value]) => value !== ''));
  if (between) {
    query.set('from', String(Math.floor(between.startMillis)));
    query.set('to', String(Math.ceil(between.endMillis)));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export const metricsAddress = (queries: string | readonly string[], between?: Between) =>
  address('/explore/metrics', (typeof queries === 'string' ? [queries] : queries).map((one) => ['q', one]), between);

export const logsAddress = (query: string, between?: Between) => address('/explore/logs', [['q', query]], between);

export const traceAddress = (traceId: string, spanId = '') => address(`/traces/${traceId}`, [['span', spanId]]);

export const tracesAddress = (service: string, between?: Between) => address('/traces', [['service', service]], between);

export const hostAddress = (instance: string) => address('/hosts', [['instance', instance]]);
