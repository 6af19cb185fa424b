import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { unusedMetrics, type MetricCount, type Usage } from '@/api/cardinality';
import { formatValue } from '@/chart/units';
import { formatAge, formatDateTime } from '@/time/range';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { changeQuery, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { CountTable } from './CountTable';
import type { Past } from './growth';

const DAYS = ['1', '7', '30', '90'];

/** Metrics that cost memory and disk, and that nobody looks at. */
export function UnusedMetrics({ past }: { readonly past: Past }) {
  const { query } = usePlace();
  const days = DAYS.find((choice) => choice === query.get('days')) ?? '30';
  const answer = useQuery({ queryKey: ['unused', days], queryFn: ({ signal }) => unusedMetrics(Number(days), signal) });
  return (
    <Panel
      title="Metrics that nobody queries"
      flush
      actions={
        <SegmentedControl
          aria-label="For how long"
          value={days}
          onChange={(value) => changeQuery({ days: value === '30' ? undefined : value }, 'replace')}
          data={DAYS.map((value) => ({ value, label: value === '1' ? '1 day' : `${value} days` }))}
        />
      }
    >
      <Answer of={answer} what="The unused metrics">
        {(found) => (
          <>
            <p className="dim" style={{ margin: '0 12px 8px' }}>
              {formatValue(found.metricCount)} metrics with {formatValue(found.seriesCount)} series were asked for by no rule, dashboard or API
              for {days === '1' ? 'a day' : `${days} days`}. Counted since {formatDateTime(found.usageSinceMillis)}.
            </p>
            {found.metrics.length === 0 ? (
              <Empty title="Every metric is in use" />
            ) : (
              <CountTable
                label="Unused metrics"
                head="Metric"
                moreHead="Last queried"
                past={past}
                rows={found.metrics.map((metric: MetricCount) => ({
                  key: metric.name,
                  name: <Link to={metricsAddress(metric.name)}>{metric.name}</Link>,
                  series: metric.series,
                  more: <LastQueried usage={metric.usage} />,
                }))}
              />
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}

export function LastQueried({ usage }: { readonly usage: Usage }) {
  const by = [
    usage.rules > 0 && `${formatValue(usage.rules)} by rules`,
    usage.dashboards > 0 && `${formatValue(usage.dashboards)} by dashboards`,
    usage.api > 0 && `${formatValue(usage.api)} by the API`,
  ].filter((text) => text !== false);
  return usage.lastQueriedMillis === null ? (
    <span className="dim">never</span>
  ) : (
    <span title={by.join(', ')}>{formatAge(Date.now() - usage.lastQueriedMillis)}</span>
  );
}
