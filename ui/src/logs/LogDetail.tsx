import { ActionIcon, Button, CopyButton } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { labelNames, type LogLine } from '@/api/loki';
import { formatDateTime } from '@/time/range';
import { logsAddress, metricsAddress, traceAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { quote } from './compose';

interface LogDetailProps {
  readonly line: LogLine;
  readonly onMatcher: (name: string, operator: '=' | '!=', value: string, isStreamLabel: boolean) => void;
}

const AROUND_MILLIS = 60_000;

/** Everything known of one line, each label a way to narrow the query. */
export function LogDetail({ line, onMatcher }: LogDetailProps) {
  const fields = jsonFields(line.line);
  const around = { startMillis: line.timeMillis - AROUND_MILLIS, endMillis: line.timeMillis + AROUND_MILLIS };
  // An answer mixes stream labels with structured metadata; only the former can stand in a selector.
  const names = useQuery({
    queryKey: ['log labels around', Math.floor(line.timeMillis / 600_000)],
    queryFn: ({ signal }) => labelNames(around.startMillis, around.endMillis, signal),
  });
  const isStreamLabel = (name: string) => names.data?.includes(name) ?? true;
  const ofStream = Object.entries(line.labels).filter(([name]) => isStreamLabel(name));
  const ofLine = Object.entries(line.labels).filter(([name]) => !isStreamLabel(name));
  const stream = `{${ofStream.map(([name, value]) => `${name}=${quote(value)}`).join(', ')}}`;
  const instance = line.labels['instance'] ?? line.labels['host_name'] ?? line.metadata['host_name'] ?? '';
  return (
    <div className="log-detail">
      <div className="row" style={{ marginBottom: 6 }}>
        <span className="num dim">{formatDateTime(line.timeMillis)}</span>
        <CopyButton value={line.line}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy line'}
            </Button>
          )}
        </CopyButton>
        <Link to={logsAddress(stream, around)}>Lines around it</Link>
        {line.traceId !== '' && <Link to={traceAddress(line.traceId)}>Its trace</Link>}
        {instance !== '' && <Link to={metricsAddress(`{instance=${quote(instance)}}`, around)}>Metrics of {instance}</Link>}
      </div>
      <Fields title="Labels" entries={ofStream} onMatcher={(name, operator, value) => onMatcher(name, operator, value, true)} />
      <Fields
        title="Metadata"
        entries={[...ofLine, ...Object.entries(line.metadata)]}
        onMatcher={(name, operator, value) => onMatcher(name, operator, value, false)}
      />
      <Fields title="Fields" entries={fields} />
      <pre className="mono log-whole">{line.line}</pre>
    </div>
  );
}

interface FieldsProps {
  readonly title: string;
  readonly entries: readonly [string, string][];
  readonly onMatcher?: (name: string, operator: '=' | '!=', value: string) => void;
}

function Fields({ title, entries, onMatcher }: FieldsProps) {
  if (entries.length === 0) {
    return null;
  }
  return (
    <dl className="log-fields" aria-label={title}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="mono">{value}</dd>
          {onMatcher && (
            <>
              <ActionIcon size="xs" aria-label={`Only ${name} ${value}`} onClick={() => onMatcher(name, '=', value)}>
                <IconPlus size={11} />
              </ActionIcon>
              <ActionIcon size="xs" aria-label={`Without ${name} ${value}`} onClick={() => onMatcher(name, '!=', value)}>
                <IconMinus size={11} />
              </ActionIcon>
            </>
          )}
        </div>
      ))}
    </dl>
  );
}

function jsonFields(line: string): [string, string][] {
  if (!line.startsWith('{')) {
    return [];
  }
  try {
    const parsed = JSON.parse(line) as Record<string, unknown>;
    return Object.entries(parsed).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  } catch {
    return [];
  }
}
