import { IconCircleCheck } from '@tabler/icons-react';
import type { Alert } from '@/api/prometheus';
import { toneOf } from '@/alerts/rules';
import { useFiring } from '@/alerts/useFiring';
import { formatAge } from '@/time/range';
import { Link } from '@/url/Link';
import { Answer } from '@/view/Answer';
import { Panel } from '@/view/Panel';
import { Empty } from '@/view/States';
import { State, Tags } from '@/view/Tag';

const MOST = 12;
const SEVERITIES = ['critical', 'page', 'error', 'warning', 'ticket', 'info'];

export function FiringAlerts() {
  const answer = useFiring();
  return (
    <Panel title="Alerts" label="Firing alerts" actions={<Link to="/alerts">All rules</Link>} flush>
      <Answer of={answer} what="The alerts">
        {(found) =>
          found.length === 0 ? (
            <Empty title="Nothing fires" icon={<IconCircleCheck size={20} color="var(--bv-ok)" aria-hidden />} />
          ) : (
            <>
              {[...found].sort(worstFirst).slice(0, MOST).map((alert, index) => (
                <AlertRow key={index} alert={alert} />
              ))}
              {found.length > MOST && <div className="dim" style={{ padding: '4px 12px' }}>{found.length - MOST} more</div>}
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

function worstFirst(a: Alert, b: Alert): number {
  const rank = (alert: Alert) => {
    const severity = SEVERITIES.indexOf(alert.labels['severity'] ?? '');
    return (alert.state === 'firing' ? 0 : 10) + (severity < 0 ? 3 : severity);
  };
  return rank(a) - rank(b) || (b.activeAt ?? '').localeCompare(a.activeAt ?? '');
}

function AlertRow({ alert }: { readonly alert: Alert }) {
  const name = alert.labels['alertname'] ?? '';
  const text = alert.annotations['summary'] ?? alert.annotations['description'] ?? '';
  return (
    <Link to={`/alerts?find=${encodeURIComponent(name)}&state=${alert.state}`} className="alert-row">
      <State tone={alert.state === 'firing' ? toneOf('firing', alert.labels['severity']) : 'quiet'}>
        {alert.state === 'firing' ? (alert.labels['severity'] ?? 'firing') : alert.state}
      </State>
      <span className="grow">
        <span className="row" style={{ gap: 6 }}>
          <b className="clip">{name}</b>
          <span className="grow" />
          {alert.activeAt && <span className="dim num">{formatAge(Date.now() - Date.parse(alert.activeAt))}</span>}
        </span>
        <span className="alert-text">{text === '' ? <Tags labels={alert.labels} without={['alertname', 'severity']} /> : text}</span>
      </span>
    </Link>
  );
}
