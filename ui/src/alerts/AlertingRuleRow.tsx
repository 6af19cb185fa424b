import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { Alert, AlertingRule } from '@/api/prometheus';
import { formatNumber } from '@/chart/units';
import { formatAge, formatDateTime, formatSpan } from '@/time/range';
import { useTimeWindow } from '@/time/TimeContext';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { State, Tags } from '@/view/Tag';
import { ExpressionGraph } from './ExpressionGraph';
import { stateOf, toneOf } from './rules';

interface AlertingRuleRowProps {
  readonly rule: AlertingRule;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function AlertingRuleRow({ rule, isOpen, onToggle }: AlertingRuleRowProps) {
  const state = stateOf(rule);
  const template = rule.annotations['summary'] ?? rule.annotations['description'] ?? '';
  const summary = rule.alerts[0]?.annotations['summary'] ?? template.replaceAll(/\{\{.*?\}\}/g, '…');
  return (
    <div className="rule">
      <button type="button" className="rule-head" aria-expanded={isOpen} onClick={onToggle}>
        {isOpen ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />}
        <span className="rule-state">
          <State tone={toneOf(state, rule.labels['severity'])}>{state}</State>
        </span>
        <strong>{rule.name}</strong>
        {rule.alerts.length > 0 && <span className="tag num">{rule.alerts.length}</span>}
        <span className="dim clip grow">{rule.health === 'err' ? (rule.lastError ?? 'the evaluation failed') : summary}</span>
        {rule.health === 'err' && <State tone="bad">evaluation fails</State>}
        {rule.labels['severity'] !== undefined && <span className="dim">{rule.labels['severity']}</span>}
      </button>
      {isOpen && (
        <div className="rule-body">
          <div className="row" style={{ alignItems: 'flex-start' }}>
            <code className="mono grow rule-expr">{rule.query}</code>
            <Link to={metricsAddress(rule.query)}>Explore</Link>
          </div>
          {rule.lastError && <div className="bad">{rule.lastError}</div>}
          <ExpressionGraph expr={rule.query} />
          <div className="row dim num" style={{ flexWrap: 'wrap', fontSize: 12 }}>
            {rule.duration > 0 && <span>for {formatSpan(rule.duration * 1000)}</span>}
            {(rule.keepFiringFor ?? 0) > 0 && <span>keeps firing for {formatSpan((rule.keepFiringFor ?? 0) * 1000)}</span>}
            {isTime(rule.lastEvaluation) && <span>evaluated {formatAge(Date.now() - Date.parse(rule.lastEvaluation))}</span>}
            <Tags labels={rule.labels} />
          </div>
          {Object.entries(rule.annotations).map(([name, text]) => (
            <div key={name} className="rule-annotation">
              <span className="dim">{name}</span> {text}
            </div>
          ))}
          {rule.alerts.length > 0 && <AlertTable alerts={rule.alerts} />}
        </div>
      )}
    </div>
  );
}

function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text)) && !text.startsWith('0001');
}

function AlertTable({ alerts }: { readonly alerts: readonly Alert[] }) {
  const { endMillis } = useTimeWindow();
  return (
    <table className="grid" aria-label="Active alerts">
      <thead>
        <tr>
          <th>State</th>
          <th>Since</th>
          <th className="right">Value</th>
          <th>Labels</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert, index) => (
          <tr key={index}>
            <td>
              <State tone={alert.state === 'firing' ? toneOf('firing', alert.labels['severity']) : 'warn'}>{alert.state}</State>
            </td>
            <td className="num" style={{ whiteSpace: 'nowrap' }} title={alert.activeAt ? formatDateTime(Date.parse(alert.activeAt)) : ''}>
              {alert.activeAt ? formatAge(Math.max(endMillis, Date.now()) - Date.parse(alert.activeAt)) : ''}
            </td>
            <td className="right num">{formatNumber(Number(alert.value))}</td>
            <td>
              <Tags labels={alert.labels} without={['alertname']} />
              {Object.entries(alert.annotations).map(([name, text]) => (
                <div key={name} className="rule-annotation">
                  <span className="dim">{name}</span> {text}
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
