import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { activeQueries, ORDERS, topQueries, type ActiveQueries } from '@/api/queries';
import { formatValue } from '@/chart/units';
import { useTimeWindow } from '@/time/TimeContext';
import { changeQuery, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { ActiveTable } from './ActiveTable';
import { TopTable } from './TopTable';
import { matches } from './words';
import './queries.css';

/** What is active changes faster than anything else on the screen. */
const ACTIVE_EVERY_MILLIS = 2000;

/** What runs now and could be ended, and what has cost most since the server was started. */
export function QueriesPage() {
  const { query } = usePlace();
  const { endMillis, isLive, refresh } = useTimeWindow();
  const text = query.get('find') ?? '';
  const by = ORDERS.find((one) => one === query.get('by')) ?? 'total';
  const active = useQuery({
    queryKey: ['active queries', endMillis],
    queryFn: ({ signal }) => activeQueries(signal),
    placeholderData: keepPreviousData,
    refetchInterval: isLive && refresh !== 'off' ? ACTIVE_EVERY_MILLIS : false,
  });
  const top = useQuery({
    queryKey: ['top queries', by, endMillis],
    queryFn: ({ signal }) => topQueries(by, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="stack">
      <div className="row">
        <TextInput
          data-search
          w={360}
          aria-label="Filter queries"
          placeholder="Filter by text, language or caller"
          leftSection={<IconSearch size={13} />}
          value={text}
          onChange={(event) => changeQuery({ find: event.currentTarget.value }, 'replace')}
        />
      </div>
      <Panel
        title="Active"
        label="Active queries"
        flush
        actions={active.data && <Places of={active.data} />}
      >
        <Answer of={active} what="The active queries">
          {({ queries }) => {
            const shown = queries.filter((one) => matches(text, one.query, one.language, one.caller));
            return shown.length > 0 ? (
              <ActiveTable queries={shown} onEnded={() => void active.refetch()} />
            ) : queries.length === 0 ? (
              <Empty title="No query is active">This list is asked for anew every two seconds.</Empty>
            ) : (
              <Empty title="No active query matches">Loosen the filter to see the {queries.length} there are.</Empty>
            );
          }}
        </Answer>
      </Panel>
      <Panel title="Most expensive since the start" label="Top queries" flush>
        <Answer of={top} what="The top queries">
          {(queries) => {
            const shown = queries.filter((one) => matches(text, one.query, one.language));
            return shown.length > 0 ? (
              <TopTable queries={shown} by={by} />
            ) : queries.length === 0 ? (
              <Empty title="No query has been answered yet">Each text is counted here from its first answer on.</Empty>
            ) : (
              <Empty title="No query matches">Loosen the filter to see the first {queries.length}.</Empty>
            );
          }}
        </Answer>
      </Panel>
    </div>
  );
}

function Places({ of }: { readonly of: ActiveQueries }) {
  const full = of.running >= of.maxConcurrent;
  return (
    <span className="dim num">
      <span className={full ? 'warn' : ''}>
        {formatValue(of.running)} of {formatValue(of.maxConcurrent)} places taken
      </span>
      {' · '}
      <span className={of.waiting > 0 ? 'warn' : ''}>{formatValue(of.waiting)} wait for one</span>
    </span>
  );
}
