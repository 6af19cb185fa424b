import { SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { buildInfo, configYaml, flags, runtimeInfo } from '@/api/prometheus';
import { ownStatus, type Attribute } from '@/api/traces';
import { useTimeWindow } from '@/time/TimeContext';
import { changeQuery, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { StatusTree } from './StatusTree';

const SECTIONS = [
  { value: 'server', label: 'Server' },
  { value: 'config', label: 'Configuration' },
  { value: 'flags', label: 'Flags' },
];

export function StatusPage() {
  const { query } = usePlace();
  const section = query.get('section') ?? 'server';
  return (
    <div className="stack">
      <div>
        <SegmentedControl
          aria-label="Section"
          value={SECTIONS.some(({ value }) => value === section) ? section : 'server'}
          onChange={(value) => changeQuery({ section: value === 'server' ? undefined : value })}
          data={SECTIONS}
        />
      </div>
      {section === 'config' ? <Config /> : section === 'flags' ? <Flags /> : <Server />}
    </div>
  );
}

function Server() {
  const { endMillis } = useTimeWindow();
  const own = useQuery({ queryKey: ['own status', endMillis], queryFn: ({ signal }) => ownStatus(signal), placeholderData: (old) => old });
  const build = useQuery({ queryKey: ['build'], queryFn: ({ signal }) => buildInfo(signal) });
  const runtime = useQuery({ queryKey: ['runtime', endMillis], queryFn: ({ signal }) => runtimeInfo(signal), placeholderData: (old) => old });
  return (
    <div className="columns">
      <Panel title="Build">
        <Answer of={build} what="The build">
          {(found) => <StatusTree value={found} />}
        </Answer>
      </Panel>
      <Panel title="Runtime">
        <Answer of={runtime} what="The runtime">
          {(found) => <StatusTree value={found} />}
        </Answer>
      </Panel>
      <Answer of={own} what="The server’s status">
        {(found) => (
          <>
            <Panel title="Belvedere">
              <StatusTree value={Object.fromEntries(Object.entries(found).filter(([, value]) => !isTree(value)))} />
            </Panel>
            {Object.entries(found)
              .filter(([, value]) => isTree(value))
              .map(([name, value]) => (
                <Panel key={name} title={titleOf(name)}>
                  <StatusTree value={value} name={name} />
                </Panel>
              ))}
          </>
        )}
      </Answer>
    </div>
  );
}

function isTree(value: Attribute | undefined): boolean {
  return typeof value === 'object' && value !== null;
}

export function titleOf(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Config() {
  const config = useQuery({ queryKey: ['config'], queryFn: ({ signal }) => configYaml(signal) });
  return (
    <Panel title="Configuration in effect">
      <Answer of={config} what="The configuration">
        {(yaml) =>
          yaml.trim() === '' ? (
            <Empty title="No configuration file">The server runs on its defaults; --config names a file.</Empty>
          ) : (
            <pre className="mono snippet" tabIndex={0}>
              {yaml}
            </pre>
          )
        }
      </Answer>
    </Panel>
  );
}

function Flags() {
  const [text, setText] = useState('');
  const answer = useQuery({ queryKey: ['flags'], queryFn: ({ signal }) => flags(signal) });
  return (
    <Panel title="Flags" flush>
      <Answer of={answer} what="The flags">
        {(found) => {
          const rows = Object.entries(found).filter(([name, value]) => `${name} ${value}`.includes(text.trim()));
          return (
            <>
              <div style={{ padding: '0 12px 8px' }}>
                <TextInput data-search aria-label="Filter flags" placeholder="Filter" value={text} onChange={(event) => setText(event.currentTarget.value)} />
              </div>
              <table className="grid">
                <tbody>
                  {rows.map(([name, value]) => (
                    <tr key={name}>
                      <td className="mono" style={{ width: '45%' }}>
                        {name}
                      </td>
                      <td className="mono">{value}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {rows.length === 0 && <Empty title="No flag matches" />}
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}
