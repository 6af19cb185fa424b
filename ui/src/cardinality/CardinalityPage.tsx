import { ActionIcon, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { cardinality, type Cardinality, type Cut, type Sort } from '@/api/cardinality';
import { formatValue } from '@/chart/units';
import { formatAge } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { changeQuery, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { State } from '@/view/Tag';
import { CountTable, type CountRow } from './CountTable';
import { ageOf, growth, type Past } from './growth';
import { narrowed } from './selector';
import { LastQueried, UnusedMetrics } from './UnusedMetrics';
import './cardinality.css';

const VIEWS = ['metrics', 'labels', 'pairs', 'targets', 'unused'] as const;
type View = (typeof VIEWS)[number];

/** Who makes how many series, who is cut, and what nobody needs. */
export function CardinalityPage() {
  const { query } = usePlace();
  const { endMillis } = useTimeWindow();
  const match = query.get('match') ?? '';
  const focus = query.get('focus') ?? '';
  const sort = ageOf(query.get('sort'));
  const view = VIEWS.find((one) => one === query.get('by')) ?? 'metrics';
  const answer = useQuery({
    queryKey: ['cardinality', match, focus, sort, endMillis],
    queryFn: ({ signal }) => cardinality(match, focus, sort, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="stack">
      <div className="row">
        <SegmentedControl
          aria-label="Count by"
          value={view}
          onChange={(value) => changeQuery({ by: value === 'metrics' ? undefined : value })}
          data={[
            { value: 'metrics', label: 'Metrics' },
            { value: 'labels', label: 'Labels' },
            { value: 'pairs', label: 'Label values' },
            { value: 'targets', label: 'Targets' },
            { value: 'unused', label: 'Unused' },
          ]}
        />
        {view !== 'unused' && <SelectorField match={match} />}
      </div>
      <Answer of={answer} what="The cardinality">
        {(found) => (
          <>
            {found.cuts.length > 0 && <Cuts cuts={found.cuts} />}
            <Headline found={found} />
            {view === 'unused' ? (
              <UnusedMetrics past={pastOf(found)} />
            ) : found.series.total === 0 ? (
              <Panel title="Series">
                <Empty title={match === '' ? 'Nothing is stored yet' : 'No series matches'}>
                  {match === '' ? <Link to="/connect">Connect a source</Link> : 'Loosen the selector.'}
                </Empty>
              </Panel>
            ) : (
              <div className="card-columns" data-focused={focus !== '' || undefined}>
                <Counts found={found} view={view} match={match} sort={sort} />
                {focus !== '' && <Focus found={found} match={match} sort={sort} />}
              </div>
            )}
          </>
        )}
      </Answer>
    </div>
  );
}

function pastOf(found: Cardinality): Past {
  return { seconds: found.beforeSeconds, all: found.series };
}

function changeSort(sort: Sort): void {
  changeQuery({ sort: sort === 'total' ? undefined : sort });
}

const ORDER_TEXT: Record<Sort, string> = {
  total: 'most series first',
  hour: 'by growth in an hour',
  day: 'by growth in 24 hours',
  week: 'by growth in 7 days',
};

function SelectorField({ match }: { readonly match: string }) {
  const [text, setText] = useState(match);
  useEffect(() => setText(match), [match]);
  return (
    <form
      className="grow"
      onSubmit={(event) => {
        event.preventDefault();
        changeQuery({ match: text.trim() === '' ? undefined : text.trim() });
      }}
    >
      <TextInput
        data-search
        maw={520}
        aria-label="Series selector"
        placeholder='All series; narrow by a selector, such as {job="api"}, and Enter'
        leftSection={<IconFilter size={13} />}
        rightSection={
          match !== '' && (
            <ActionIcon aria-label="Count all series" onClick={() => changeQuery({ match: undefined })}>
              <IconX size={13} />
            </ActionIcon>
          )
        }
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
      />
    </form>
  );
}

function Cuts({ cuts }: { readonly cuts: readonly Cut[] }) {
  return (
    <Panel title="New series are refused" actions={<State tone="bad">{`${cuts.length} at the limit`}</State>} flush>
      <div role="alert">
        {cuts.map((cut) => (
          <div key={`${cut.scope} ${cut.name}`} className="card-cut">
            <b>
              {cut.scope} <span className="mono">{cut.name}</span>
            </b>{' '}
            has {formatValue(cut.active)} active series, limit {formatValue(cut.limit)}.{' '}
            <span className="dim">
              {formatValue(cut.refused)} refused, since {formatAge(Date.now() - cut.sinceMillis)}. Drop labels that vary without end, or raise{' '}
              <span className="mono">{cut.limitKey}</span>; everything else flows.
            </span>
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Headline({ found }: { readonly found: Cardinality }) {
  const day = growth(found.series, pastOf(found), 'day') ?? 0;
  const stats: [string, string, string?][] = [
    ['Series', formatValue(found.series.total)],
    ['Active in the last hour', formatValue(found.series.active), day === 0 ? '' : `${day > 0 ? '+' : '\u2212'}${formatValue(Math.abs(day))} in 24 h`],
    ['New in 24 hours', found.series.newInDay === 0 ? '0' : `+${formatValue(found.series.newInDay)}`],
    ['Metrics', formatValue(found.metricCount)],
    ['Label names', formatValue(found.labelCount)],
    ['Targets', formatValue(found.targetCount)],
  ];
  return (
    <section className="panel card-headline" aria-label="At a glance">
      {stats.map(([title, value, change]) => (
        <div key={title} className="card-stat">
          <span>{title}</span>
          <b className="num">{value}</b>
          {change !== undefined && change !== '' && <em className="num">{change}</em>}
        </div>
      ))}
    </section>
  );
}

interface CountsProps {
  readonly found: Cardinality;
  readonly view: Exclude<View, 'unused'>;
  readonly match: string;
  readonly sort: Sort;
}

function Counts({ found, view, match, sort }: CountsProps) {
  const shared = { past: pastOf(found), sort, onSort: changeSort };
  const narrow = (name: string, value: string, text: string) => (
    <Tooltip label="Count only these">
      <button type="button" className="card-name" onClick={() => changeQuery({ match: narrowed(match, name, value) })}>
        {text}
      </button>
    </Tooltip>
  );
  switch (view) {
    case 'metrics': {
      const rows = found.metrics.map(
        (metric): CountRow => ({
          key: metric.name,
          name: (
            <>
              {narrow('__name__', metric.name, metric.name)}{' '}
              <Link className="dim" to={metricsAddress(metric.name)} aria-label={`Graph ${metric.name}`}>
                graph
              </Link>
            </>
          ),
          series: metric.series,
          bytes: metric.bytes,
          more: <LastQueried usage={metric.usage} />,
        }),
      );
      return (
        <Panel title={`Metrics, ${rows.length} of ${found.metricCount}, ${ORDER_TEXT[sort]}`} flush>
          <CountTable label="Metrics" head="Metric" moreHead="Last queried" rows={rows} {...shared} />
        </Panel>
      );
    }
    case 'labels': {
      const rows = found.labels.map(
        (label): CountRow => ({
          key: label.name,
          name: (
            <Tooltip label="Count its values">
              <button type="button" className="card-name" onClick={() => changeQuery({ focus: label.name })}>
                {label.name}
              </button>
            </Tooltip>
          ),
          series: label.series,
          more: formatValue(label.values),
        }),
      );
      return (
        <Panel title={`Label names, ${rows.length} of ${found.labelCount}, ${ORDER_TEXT[sort]}`} flush>
          <CountTable label="Labels" head="Label" moreHead="Values" rows={rows} {...shared} />
        </Panel>
      );
    }
    case 'pairs':
      return (
        <Panel title={`Label values, ${ORDER_TEXT[sort]}`} flush>
          <CountTable
            label="Label values"
            head="Label and value"
            {...shared}
            rows={found.pairs.map((pair) => ({
              key: `${pair.name}=${pair.value}`,
              name: narrow(pair.name, pair.value, `${pair.name}=${JSON.stringify(pair.value)}`),
              series: pair.series,
            }))}
          />
        </Panel>
      );
    case 'targets':
      return (
        <Panel title={`Targets, ${found.targets.length} of ${found.targetCount}, ${ORDER_TEXT[sort]}`} flush>
          <CountTable
            label="Targets"
            head="Job and instance"
            {...shared}
            rows={found.targets.map((target) => ({
              key: `${target.job} ${target.instance}`,
              name: (
                <>
                  {narrow('job', target.job, target.job === '' ? 'no job' : target.job)}{' '}
                  {target.instance !== '' && narrow('instance', target.instance, target.instance)}
                </>
              ),
              series: target.series,
            }))}
          />
        </Panel>
      );
  }
}

interface FocusProps {
  readonly found: Cardinality;
  readonly match: string;
  readonly sort: Sort;
}

function Focus({ found, match, sort }: FocusProps) {
  const { label, count, values } = found.focus;
  return (
    <Panel
      title={
        <>
          Values of <span className="mono">{label}</span>, {values.length} of {count}
        </>
      }
      label={`Values of ${label}`}
      flush
      actions={
        <ActionIcon aria-label="Close the values" onClick={() => changeQuery({ focus: undefined })}>
          <IconX size={14} />
        </ActionIcon>
      }
    >
      {values.length === 0 ? (
        <Empty title="No series has this label" />
      ) : (
        <CountTable
          label={`Values of ${label}`}
          head="Value"
          past={pastOf(found)}
          sort={sort}
          onSort={changeSort}
          isNarrow
          rows={values.map((value) => ({
            key: value.name,
            name: (
              <button type="button" className="card-name" onClick={() => changeQuery({ match: narrowed(match, label, value.name) })}>
                {value.name}
              </button>
            ),
            series: value.series,
          }))}
        />
      )}
    </Panel>
  );
}
