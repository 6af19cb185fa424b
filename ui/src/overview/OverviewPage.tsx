import { Cost } from './Cost';
import { FiringAlerts } from './FiringAlerts';
import { GpuFleet } from './GpuFleet';
import { Headline } from './Headline';
import { HostTable } from './HostTable';
import { OwnHealth } from './OwnHealth';
import { Pipelines } from './Pipelines';
import { Serving } from './Serving';
import { TrainingRuns } from './TrainingRuns';
import { useFleet } from './useFleet';
import './overview.css';

/** The AI platform at a glance; every tile leads to its data. */
export function OverviewPage() {
  const fleet = useFleet();
  return (
    <div className="overview">
      <Headline fleet={fleet} />
      <div className="tile-fleet">
        <GpuFleet fleet={fleet} />
      </div>
      <div className="tile-alerts">
        <FiringAlerts />
      </div>
      <div className="tile-serving">
        <Serving />
      </div>
      <div className="tile-side">
        <Cost fleet={fleet} />
        <OwnHealth />
      </div>
      <div className="tile-wide">
        <TrainingRuns />
      </div>
      <div className="tile-side">
        <Pipelines />
      </div>
      <div className="tile-all">
        <HostTable />
      </div>
    </div>
  );
}
