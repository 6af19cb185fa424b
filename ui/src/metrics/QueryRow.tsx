import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMemo } from 'react';
import { problemOf } from '@/editor/problem';
import { QueryEditor } from '@/editor/QueryEditor';

interface QueryRowProps {
  readonly index: number;
  readonly text: string;
  readonly asked: string;
  readonly error: unknown;
  readonly onChange: (text: string) => void;
  readonly onRun: (text: string) => void;
  readonly onRemove: (() => void) | undefined;
}

/** One PromQL query, with what the server said against it at its place. */
export function QueryRow({ index, text, asked, error, onChange, onRun, onRemove }: QueryRowProps) {
  const letter = String.fromCharCode(65 + (index % 26));
  const message = error instanceof Error && text === asked ? error.message : undefined;
  const problem = useMemo(() => (message === undefined ? undefined : problemOf(text, message)), [message, text]);
  return (
    <div>
      <div className="row" style={{ alignItems: 'stretch', gap: 6 }}>
        <span className="query-letter" aria-hidden>
          {letter}
        </span>
        <QueryEditor
          language="promql"
          label={`PromQL query ${letter}`}
          value={text}
          placeholder="PromQL, for example rate(node_cpu_seconds_total[5m]) — Enter runs it"
          problem={problem}
          onChange={onChange}
          onRun={onRun}
        />
        {onRemove && (
          <ActionIcon aria-label={`Remove query ${letter}`} onClick={onRemove} style={{ alignSelf: 'center' }}>
            <IconX size={15} />
          </ActionIcon>
        )}
      </div>
      {message !== undefined && (
        <div role="alert" className="query-error">
          {problem && <span className="num">At character {problem.from + 1}: </span>}
          {problem?.message ?? message}
        </div>
      )}
    </div>
  );
}
