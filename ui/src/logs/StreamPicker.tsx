import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { labelNames, labelValues } from '@/api/loki';
import { useTimeWindow } from '@/time/TimeContext';
import { Link } from '@/url/Link';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { quote } from './compose';

const FIRST_CHOICES = ['service_name', 'app', 'job', 'container', 'namespace', 'host', 'filename'];
const MOST_VALUES = 300;

/** Where a person starts who does not know the streams yet: labels, then values. */
export function StreamPicker({ onChoose }: { readonly onChoose: (selector: string) => void }) {
  const { startMillis, endMillis } = useTimeWindow();
  const [chosen, setChosen] = useState<string>();
  const names = useQuery({
    queryKey: ['log labels', startMillis, endMillis],
    queryFn: ({ signal }) => labelNames(startMillis, endMillis, signal),
    placeholderData: (before) => before,
  });
  const name = chosen ?? FIRST_CHOICES.find((one) => names.data?.includes(one)) ?? names.data?.[0];
  const values = useQuery({
    queryKey: ['log label values', name, startMillis, endMillis],
    queryFn: ({ signal }) => labelValues(name ?? '', startMillis, endMillis, signal),
    enabled: name !== undefined,
    placeholderData: (before) => before,
  });
  return (
    <Panel title="Choose a stream, or write a query" label="Log streams">
      <Answer of={names} what="The log labels">
        {(all) =>
          all.length === 0 ? (
            <Empty title="No logs in this time range">
              Send some with OpenTelemetry, a Loki client or the agent’s file tailing:{' '}
              <Link to="/connect">how to connect</Link>
            </Empty>
          ) : (
            <div className="stream-picker">
              <div role="group" aria-label="Label">
                {all.map((one) => (
                  <button key={one} type="button" aria-pressed={one === name} onClick={() => setChosen(one)}>
                    {one}
                  </button>
                ))}
              </div>
              <Answer of={values} what="The values">
                {(found) => (
                  <div role="group" aria-label={`Values of ${name ?? ''}`}>
                    {found.slice(0, MOST_VALUES).map((value) => (
                      <button key={value} type="button" onClick={() => onChoose(`{${name ?? ''}=${quote(value)}}`)}>
                        {value}
                      </button>
                    ))}
                    {found.length > MOST_VALUES && <span className="dim">{found.length - MOST_VALUES} more</span>}
                  </div>
                )}
              </Answer>
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}
