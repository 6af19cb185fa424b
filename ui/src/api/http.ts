/** What a server said when it did not answer with data; the message is meant to be read by a person. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
  }
}

export type Parameters = Record<string, string | number | readonly string[] | undefined>;

export function search(parameters: Parameters): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) {
      continue;
    }
    for (const one of typeof value === 'object' ? value : [String(value)]) {
      params.append(name, one);
    }
  }
  return params;
}

/** Longer queries are sent as a form: proxies cut URLs at 8 KiB. */
const LONGEST_QUERY = 4000;

export async function getJson<T>(path: string, parameters: Parameters, signal?: AbortSignal): Promise<T> {
  const query = search(parameters).toString();
  const init: RequestInit = { headers: { Accept: 'application/json' }, ...(signal ? { signal } : {}) };
  const asForm = query.length > LONGEST_QUERY;
  if (asForm) {
    init.method = 'POST';
    init.headers = { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' };
    init.body = query;
  }
  const { status, text } = await answered(query === '' || asForm ? path : `${path}?${query}`, init);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiFailure(status, 'not_json', `${path} answered with something that is not JSON.`);
  }
}

/** For what changes something and is answered without content. */
export async function send(method: 'DELETE' | 'POST', path: string): Promise<void> {
  await answered(path, { method, headers: { Accept: 'application/json' } });
}

async function answered(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) {
      throw cause;
    }
    throw new ApiFailure(0, 'unreachable', 'Belvedere does not answer. Is the server still running?');
  }
  const text = await response.text();
  if (!response.ok) {
    throw failure(response.status, text);
  }
  return { status: response.status, text };
}

/** Reads the error forms of Prometheus' API, of Belvedere's own, and plain text as Loki sends it. */
export function failure(status: number, body: string): ApiFailure {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null) {
      const { error, errorType, message } = json as { error?: unknown; errorType?: unknown; message?: unknown };
      if (typeof error === 'object' && error !== null) {
        const own = error as { code?: unknown; message?: unknown };
        return new ApiFailure(status, String(own.code ?? status), String(own.message ?? 'unknown error'));
      }
      if (typeof error === 'string') {
        return new ApiFailure(status, String(errorType ?? status), error);
      }
      if (typeof message === 'string') {
        return new ApiFailure(status, String(errorType ?? status), message);
      }
    }
  } catch {
    // Plain text, told below.
  }
  const trimmed = body.trim();
  const usable = trimmed !== '' && !trimmed.startsWith('<');
  return new ApiFailure(status, String(status), usable ? trimmed.slice(0, 500) : `The server answered with status ${status}.`);
}
