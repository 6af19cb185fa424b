import type { RecordingRule } from '@/api/prometheus';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { State } from '@/view/Tag';

export function RecordingRules({ rules }: { readonly rules: readonly RecordingRule[] }) {
  if (rules.length === 0) {
    return null;
  }
  return (
    <table className="grid" aria-label="Recording rules">
      <tbody>
        {rules.map((rule, index) => (
          <tr key={index}>
            <td style={{ width: '34%', overflowWrap: 'anywhere' }}>
              <Link to={metricsAddress(rule.name)} className="mono">
                {rule.name}
              </Link>
            </td>
            <td>
              <code className="mono dim" style={{ overflowWrap: 'anywhere' }}>
                {rule.query}
              </code>
              {rule.lastError && <div className="bad">{rule.lastError}</div>}
            </td>
            <td className="right num dim" style={{ whiteSpace: 'nowrap' }}>
              {rule.health === 'err' ? <State tone="bad">fails</State> : `${(1000 * rule.evaluationTime).toFixed(1)} ms`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
