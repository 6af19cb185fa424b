import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ApiFailure } from '@/api/http';
import { cancelQuery, type ActiveQuery } from '@/api/queries';
import { formatValue } from '@/chart/units';
import { State } from '@/view/Tag';
import { QueryText } from './QueryText';
import { askedText, exploreAddress, phaseOf } from './words';

interface ActiveTableProps {
  readonly queries: readonly ActiveQuery[];
  readonly onEnded: () => void;
}

/** Queries that run or wait, the oldest first. */
export function ActiveTable({ queries, onEnded }: ActiveTableProps) {
  const hasBytes = queries.some(({ bytesRead }) => bytesRead > 0);
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="grid" aria-label="Active queries">
        <thead>
          <tr>
            <th>Query</th>
            <th style={{ width: 130 }}>State</th>
            <th className="right">Age</th>
            <th className="right" title="Of its age, without waiting for a place or a turn">
              Computed
            </th>
            <th className="right" title="Decoded from storage so far">
              Samples read
            </th>
            <th className="right" title="In memory at once, at most so far">
              Held at most
            </th>
            {hasBytes && (
              <th className="right" title="Of logs and traces">
                Bytes read
              </th>
            )}
            <th style={{ width: 100 }}>
              <span className="sr">End it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {queries.map((query) => (
            <ActiveRow key={query.id} query={query} hasBytes={hasBytes} onEnded={onEnded} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface ActiveRowProps {
  readonly query: ActiveQuery;
  readonly hasBytes: boolean;
  readonly onEnded: () => void;
}

function ActiveRow({ query, hasBytes, onEnded }: ActiveRowProps) {
  const cancel = useMutation({
    mutationFn: () => cancelQuery(query.id).catch(unlessOver),
    onSuccess: onEnded,
  });
  const phase = phaseOf(query);
  return (
    <tr>
      <td>
        <QueryText language={query.language} text={query.query} to={exploreAddress(query.language, query.query, query)}>
          {' · '}
          <span className="num">{askedText(query)}</span>
          {' · '}
          {query.caller}
        </QueryText>
        {cancel.isError && (
          <div className="bad" role="alert">
            {cancel.error.message}
          </div>
        )}
      </td>
      <td>
        <span title={phase.title}>
          <State tone={phase.tone}>{phase.text}</State>
        </span>
      </td>
      <td className="right num query-number">{formatValue(query.elapsedSeconds, 'seconds')}</td>
      <td className="right num query-number">{formatValue(query.computeSeconds, 'seconds')}</td>
      <td className="right num query-number">{formatValue(query.samplesRead)}</td>
      <td className="right num query-number">{formatValue(query.peakSamples)}</td>
      {hasBytes && <td className="right num query-number">{formatValue(query.bytesRead, 'bytes')}</td>}
      <td className="right">
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Cancel query ${query.id}`}
          title="Its client gets an error that says so"
          disabled={cancel.isPending || cancel.isSuccess}
          onClick={() => cancel.mutate()}
        >
          {cancel.isPending || cancel.isSuccess ? 'Cancelling' : 'Cancel'}
        </Button>
      </td>
    </tr>
  );
}

/** One that ended by itself meanwhile is gone, which is what was wanted. */
function unlessOver(error: unknown): void {
  if (!(error instanceof ApiFailure) || error.status !== 404) {
    throw error;
  }
}
