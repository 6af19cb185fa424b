import { Button, Select, Switch, TextInput } from '@mantine/core';
import { IconPlayerPlay, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { queryLogs, type Level, type LogAnswer } from '@/api/loki';
import { gridOf } from '@/chart/useRange';
import { problemOf } from '@/editor/problem';
import { QueryEditor } from '@/editor/QueryEditor';
import { useTimeWindow } from '@/time/TimeContext';
import { changeQuery, usePlace } from '@/url/location';
import { Panel } from '@/view/Panel';
import { Empty, Failure, Loading } from '@/view/States';
import { collapse } from './collapse';
import { isLogQuery, withFilter, withMatcher } from './compose';
import { LogGraph } from './LogGraph';
import { LogLines } from './LogLines';
import { LogVolume } from './LogVolume';
import { StreamPicker } from './StreamPicker';
import './logs.css';

const LIMITS = ['100', '500', '1000', '5000'];
const DEFAULT_LIMIT = '500';
const LIVE_MILLIS = 2000;
const NO_LEVELS: ReadonlySet<Level> = new Set();

/** LogQL over logs: volume by level, the lines newest first, and the way from a line to its trace. */
export function LogsPage() {
  const { query: parameters } = usePlace();
  const time = useTimeWindow();
  const asked = parameters.get('q') ?? '';
  const contains = parameters.get('contains') ?? '';
  const limit = parameters.get('limit') ?? DEFAULT_LIMIT;
  const wraps = parameters.get('wrap') === '1';
  const collapses = parameters.get('dedupe') === '1';
  const isLive = parameters.get('live') === '1' && time.isLive;
  const [draft, setDraft] = useState(asked);
  const [hiddenLevels, setHiddenLevels] = useState(NO_LEVELS);
  useEffect(() => setDraft(asked), [asked]);
  useLive(isLive, time.refreshNow);

  const effective = withFilter(asked, contains);
  const grid = gridOf(time.startMillis, time.endMillis, 300);
  const answer = useQuery({
    queryKey: ['logs', effective, time.startMillis, time.endMillis, limit],
    queryFn: ({ signal }) =>
      queryLogs(
        { expr: effective, startMillis: time.startMillis, endMillis: time.endMillis, limit: Number(limit) },
        grid,
        signal,
      ),
    enabled: asked.trim() !== '',
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
  const run = (text: string) => (text.trim() === asked ? time.refreshNow() : changeQuery({ q: text.trim() }));
  const message = answer.error instanceof Error && draft === asked ? answer.error.message : undefined;
  const problem = useMemo(() => (message === undefined ? undefined : problemOf(asked, message)), [message, asked]);

  return (
    <div className="stack logs-page">
      <section className="panel" aria-label="Log query" style={{ padding: 10 }}>
        <div className="row">
          <QueryEditor
            language="logql"
            label="LogQL query"
            value={draft}
            placeholder={'{service_name="checkout"} |= "error" | json — Enter runs it'}
            problem={problem}
            onChange={setDraft}
            onRun={run}
          />
          <Button leftSection={<IconPlayerPlay size={13} />} onClick={() => run(draft)}>
            Run
          </Button>
        </div>
        {message !== undefined && (
          <div role="alert" className="bad" style={{ fontSize: 12, marginTop: 4 }}>
            {problem && <span className="num">At character {problem.from + 1}: </span>}
            {problem?.message ?? message}
          </div>
        )}
        <div className="row" style={{ marginTop: 8, gap: 16, flexWrap: 'wrap' }}>
          <Contains text={contains} />
          <span className="grow" />
          <Toggle name="live" label="Live" isOn={isLive} isDisabled={!time.isLive} />
          <Toggle name="wrap" label="Wrap" isOn={wraps} />
          <Toggle name="dedupe" label="Collapse repeats" isOn={collapses} />
          <Select
            w={92}
            aria-label="Most lines"
            data={LIMITS}
            value={limit}
            onChange={(value) => changeQuery({ limit: value === DEFAULT_LIMIT ? undefined : (value ?? undefined) })}
          />
        </div>
      </section>
      {asked.trim() === '' ? (
        <StreamPicker onChoose={(selector) => run(selector)} />
      ) : (
        <>
          {isLogQuery(asked) && (
            <LogVolume expr={effective} hidden={hiddenLevels} onHidden={setHiddenLevels} />
          )}
          <Answered
            answer={answer.data}
            error={answer.error}
            isFetching={answer.isFetching}
            limit={Number(limit)}
            hiddenLevels={hiddenLevels}
            wraps={wraps}
            collapses={collapses}
            onMatcher={(name, operator, value, isStreamLabel) => run(withMatcher(asked, name, operator, value, isStreamLabel))}
            expr={effective}
          />
        </>
      )}
    </div>
  );
}

function useLive(isLive: boolean, refresh: () => void) {
  useEffect(() => {
    if (!isLive) {
      return;
    }
    const timer = window.setInterval(() => document.hidden || refresh(), LIVE_MILLIS);
    return () => window.clearInterval(timer);
  }, [isLive, refresh]);
}

function Contains({ text }: { readonly text: string }) {
  const [draft, setDraft] = useState(text);
  useEffect(() => setDraft(text), [text]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        changeQuery({ contains: draft });
      }}
    >
      <TextInput
        w={300}
        aria-label="Line contains"
        placeholder="Line contains…"
        leftSection={<IconSearch size={13} />}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => draft !== text && changeQuery({ contains: draft })}
      />
    </form>
  );
}

interface ToggleProps {
  readonly name: string;
  readonly label: string;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
}

function Toggle({ name, label, isOn, isDisabled = false }: ToggleProps) {
  return (
    <Switch
      label={label}
      checked={isOn}
      disabled={isDisabled}
      onChange={(event) => changeQuery({ [name]: event.currentTarget.checked ? '1' : undefined }, 'replace')}
    />
  );
}

interface AnsweredProps {
  readonly answer: LogAnswer | undefined;
  readonly error: Error | null;
  readonly isFetching: boolean;
  readonly limit: number;
  readonly hiddenLevels: ReadonlySet<Level>;
  readonly wraps: boolean;
  readonly collapses: boolean;
  readonly expr: string;
  readonly onMatcher: (name: string, operator: '=' | '!=', value: string, isStreamLabel: boolean) => void;
}

function Answered({ answer, error, isFetching, limit, hiddenLevels, wraps, collapses, expr, onMatcher }: AnsweredProps) {
  const lines = answer?.kind === 'lines' ? answer.lines : undefined;
  const shown = useMemo(() => {
    const kept = lines?.filter(({ level }) => !hiddenLevels.has(level)) ?? [];
    return collapses ? collapse(kept) : kept.map((line) => ({ line, repeats: 1 }));
  }, [lines, hiddenLevels, collapses]);
  if (error) {
    return <Failure error={error} what="The query was refused" />;
  }
  if (!answer) {
    return <Loading label="Loading logs" />;
  }
  if (answer.kind === 'metrics') {
    return <LogGraph frame={answer.frame} expr={expr} />;
  }
  return (
    <Panel
      title={lines?.length === limit ? `Newest ${limit} lines` : `${lines?.length ?? 0} lines`}
      label="Log lines"
      actions={<span className="dim">{isFetching ? 'Loading…' : 'newest first'}</span>}
      flush
      style={{ flex: 1, display: 'flex', flexDirection: 'column', minHeight: 240 }}
    >
      {shown.length === 0 ? (
        <Empty title="No log line in this time range">
          Widen the range, loosen the filter, or take a stream from an empty query.
        </Empty>
      ) : (
        <LogLines lines={shown} wraps={wraps} onMatcher={onMatcher} />
      )}
    </Panel>
  );
}
