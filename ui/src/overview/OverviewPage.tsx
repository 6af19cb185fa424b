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
      <div className="overview-wide">
        <GpuFleet fleet={fleet} />
        <Serving />
        <TrainingRuns />
      </div>
      <div className="overview-side">
        <FiringAlerts />
        <Cost fleet={fleet} />
        <Pipelines />
        <OwnHealth />
      </div>
      <div className="overview-all">
        <HostTable />
      </div>
    </div>
  );
}
