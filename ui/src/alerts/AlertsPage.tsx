import { SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ruleGroups, type RuleGroup } from '@/api/prometheus';
import { useTimeWindow } from '@/time/TimeContext';
import { Link } from '@/url/Link';
import { changeQuery, usePlace } from '@/url/location';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { AlertingRuleRow } from './AlertingRuleRow';
import { RecordingRules } from './RecordingRules';
import { countStates, matchesRule, type StateFilter } from './rules';
import './alerts.css';

export function AlertsPage() {
  const { query } = usePlace();
  const { endMillis } = useTimeWindow();
  const state = (query.get('state') ?? 'all') as StateFilter;
  const text = query.get('find') ?? '';
  const groups = useQuery({
    queryKey: ['rules', endMillis],
    queryFn: ({ signal }) => ruleGroups(signal),
    placeholderData: keepPreviousData,
  });
  const counts = useMemo(() => countStates(groups.data ?? []), [groups.data]);
  return (
    <div className="stack">
      <div className="row">
        <SegmentedControl
          aria-label="State of the rules"
          value={state}
          onChange={(value) => changeQuery({ state: value === 'all' ? undefined : value }, 'replace')}
          data={[
            { value: 'all', label: `All ${counts.all}` },
            { value: 'firing', label: `Firing ${counts.firing}` },
            { value: 'pending', label: `Pending ${counts.pending}` },
            { value: 'inactive', label: `Inactive ${counts.inactive}` },
            { value: 'recording', label: `Recording ${counts.recording}` },
          ]}
        />
        <TextInput
          data-search
          w={280}
          aria-label="Filter rules"
          placeholder="Filter by name, label or expression"
          leftSection={<IconSearch size={13} />}
          value={text}
          onChange={(event) => changeQuery({ find: event.currentTarget.value }, 'replace')}
        />
      </div>
      <Answer of={groups} what="The rules">
        {(found) =>
          found.length === 0 ? (
            <Panel title="Rules">
              <Empty title="No rules are loaded">
                Name rule files under rule_files in belvedere.yml; Prometheus’ own work unchanged. <Link to="/connect">How to connect</Link>
              </Empty>
            </Panel>
          ) : (
            <Groups groups={found} state={state} text={text} />
          )
        }
      </Answer>
    </div>
  );
}

interface GroupsProps {
  readonly groups: readonly RuleGroup[];
  readonly state: StateFilter;
  readonly text: string;
}

function Groups({ groups, state, text }: GroupsProps) {
  const { query } = usePlace();
  const open = query.get('rule') ?? '';
  const shown = groups
    .map((group) => ({ group, rules: group.rules.filter((rule) => matchesRule(rule, state, text)) }))
    .filter(({ rules }) => rules.length > 0);
  if (shown.length === 0) {
    return (
      <Panel title="Rules">
        <Empty title={state === 'firing' && text === '' ? 'Nothing fires' : 'No rule matches'}>
          {state === 'firing' && text === '' ? 'All alerting rules are quiet.' : 'Loosen the filter to see more.'}
        </Empty>
      </Panel>
    );
  }
  return shown.map(({ group, rules }) => (
    <Panel
      key={`${group.file}/${group.name}`}
      title={group.name}
      actions={
        <span className="dim num clip" title={group.file}>
          {group.file.split('/').at(-1)} · every {group.interval}s · took {(1000 * group.evaluationTime).toFixed(1)} ms
        </span>
      }
      flush
    >
      {rules.map((rule, index) => {
        const id = `${group.name}/${rule.name}`;
        return rule.type === 'alerting' ? (
          <AlertingRuleRow
            key={`${id}/${index}`}
            rule={rule}
            isOpen={open === id || (open === '' && rule.state === 'firing' && state === 'firing')}
            onToggle={() => changeQuery({ rule: open === id ? undefined : id }, 'replace')}
          />
        ) : null;
      })}
      <RecordingRules rules={rules.filter((rule) => rule.type === 'recording')} />
    </Panel>
  ));
}
