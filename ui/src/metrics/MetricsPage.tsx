import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { gridOf, useRangeQueries } from '@/chart/useRange';
import { parseDuration } from '@/time/duration';
import { useTimeWindow } from '@/time/TimeContext';
import { changeQuery, usePlace } from '@/url/location';
import { ExplainPanel } from './ExplainPanel';
import { GraphPanel } from './GraphPanel';
import { HistoryMenu } from './HistoryMenu';
import { MetricBrowser } from './MetricBrowser';
import { QueryRow } from './QueryRow';
import { TablePanel } from './TablePanel';
import { remember } from './history';
import './metrics.css';

const POINTS = 300;
const TABS = ['graph', 'table', 'explain'] as const;

/** PromQL over metrics: several queries in one graph, their values at the end of the range in a table, or what they cost. */
export function MetricsPage() {
  const { query: parameters } = usePlace();
  const time = useTimeWindow();
  const asked = parameters.getAll('q');
  const askedKey = asked.join('\u0000');
  const tab = TABS.find((one) => one === parameters.get('tab')) ?? 'graph';
  const stepText = parameters.get('step') ?? '';
  const [drafts, setDrafts] = useState<string[]>(asked.length > 0 ? asked : ['']);
  useEffect(() => setDrafts(askedKey === '' ? [''] : askedKey.split('\u0000')), [askedKey]);

  const stepMillis = parseDuration(stepText);
  const grid = gridOf(time.startMillis, time.endMillis, POINTS, stepMillis === undefined ? undefined : stepMillis / 1000);
  const answers = useRangeQueries(tab === 'graph' ? asked : [], grid);

  const run = useCallback(
    (queries: readonly string[]) => {
      const written = queries.map((one) => one.trim()).filter(Boolean);
      remember(written);
      if (written.join('\u0000') === askedKey) {
        time.refreshNow();
      } else {
        changeQuery({ q: written });
      }
    },
    [askedKey, time],
  );
  const draft = (index: number, text: string) => setDrafts((now) => now.map((one, i) => (i === index ? text : one)));
  const errors = useMemo(() => answers.map((answer) => answer.error), [answers]);

  return (
    <div className="stack">
      <section className="panel" aria-label="Queries" style={{ padding: 10 }}>
        <div className="stack" style={{ gap: 6 }}>
          {drafts.map((text, index) => (
            <QueryRow
              key={index}
              index={index}
              text={text}
              asked={asked[index] ?? ''}
              error={errors[index]}
              onChange={(value) => draft(index, value)}
              onRun={(value) => run(drafts.map((one, i) => (i === index ? value : one)))}
              onRemove={drafts.length > 1 ? () => run(drafts.filter((_, i) => i !== index)) : undefined}
            />
          ))}
          <div className="row">
            <Button leftSection={<IconPlayerPlay size={13} />} onClick={() => run(drafts)}>
              Run
            </Button>
            <Button variant="default" leftSection={<IconPlus size={13} />} onClick={() => setDrafts([...drafts, ''])}>
              Add query
            </Button>
            <HistoryMenu onChoose={(text) => run([...drafts.filter((one) => one.trim() !== '').slice(0, -1), text])} />
            <span className="grow" />
            <StepField text={stepText} automatic={`${grid.stepSeconds}s`} />
            <SegmentedControl
              aria-label="Result form"
              value={tab}
              onChange={(value) => changeQuery({ tab: value === 'graph' ? undefined : value })}
              data={[
                { value: 'graph', label: 'Graph' },
                { value: 'table', label: 'Table' },
                { value: 'explain', label: 'Explain' },
              ]}
            />
          </div>
        </div>
      </section>
      {asked.length === 0 ? (
        <MetricBrowser onChoose={(name) => run([...drafts.filter((one) => one.trim() !== ''), name])} />
      ) : tab === 'graph' ? (
        <GraphPanel queries={asked} answers={answers} />
      ) : tab === 'table' ? (
        <TablePanel queries={asked} />
      ) : (
        <ExplainPanel queries={asked} grid={grid} />
      )}
    </div>
  );
}

function StepField({ text, automatic }: { readonly text: string; readonly automatic: string }) {
  const [draft, setDraft] = useState(text);
  useEffect(() => setDraft(text), [text]);
  const isWrong = draft !== '' && parseDuration(draft) === undefined;
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) {
          changeQuery({ step: draft });
        }
      }}
    >
      <TextInput
        w={110}
        aria-label="Step between points"
        placeholder={`step ${automatic}`}
        value={draft}
        error={isWrong}
        title={isWrong ? 'Write a duration such as 15s or 5m' : 'Resolution of the graph; empty means automatic'}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => !isWrong && draft !== text && changeQuery({ step: draft })}
      />
    </form>
  );
}
