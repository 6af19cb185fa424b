import { SegmentedControl, Tooltip } from '@mantine/core';
import { formatValue } from '@/chart/units';
import { metricsAddress } from '@/url/addresses';
import { Link } from '@/url/Link';
import { changeQuery, usePlace } from '@/url/location';
import { Panel } from '@/view/Panel';
import { Failure, Loading } from '@/view/States';
import { Absent } from './Absent';
import { isFailed, type Gpu } from './fleet';
import { GPU } from './signals';
import type { Fleet } from './useFleet';

interface Mode {
  readonly label: string;
  readonly metric: string;
  /** 0 to 1 on the colour scale. */
  readonly share: (gpu: Gpu) => number | undefined;
  readonly text: (gpu: Gpu) => string;
  readonly scale: readonly [string, string];
}

const known = (value: number | undefined, text: (value: number) => string) => (value === undefined ? '' : text(value));
const WATTS_AT_FULL_SCALE = 700;
const COLDEST = 30;
const HOTTEST = 90;

const MODES: Readonly<Record<string, Mode>> = {
  utilisation: {
    label: 'Utilisation',
    metric: GPU.utilisation,
    share: ({ utilisation }) => (utilisation === undefined ? undefined : utilisation / 100),
    text: ({ utilisation }) => known(utilisation, (value) => `${Math.round(value)}`),
    scale: ['0 %', '100 %'],
  },
  memory: {
    label: 'Memory',
    metric: GPU.memoryUsed,
    share: ({ memoryShare }) => memoryShare,
    text: ({ memoryShare }) => known(memoryShare, (value) => `${Math.round(value * 100)}`),
    scale: ['0 %', '100 %'],
  },
  temperature: {
    label: 'Temperature',
    metric: GPU.temperature,
    share: ({ temperature }) => (temperature === undefined ? undefined : (temperature - COLDEST) / (HOTTEST - COLDEST)),
    text: ({ temperature }) => known(temperature, (value) => `${Math.round(value)}°`),
    scale: [`${COLDEST} °C`, `${HOTTEST} °C`],
  },
  power: {
    label: 'Power',
    metric: GPU.power,
    share: ({ power }) => (power === undefined ? undefined : power / WATTS_AT_FULL_SCALE),
    text: ({ power }) => known(power, (value) => `${Math.round(value)}`),
    scale: ['0 W', `${WATTS_AT_FULL_SCALE} W`],
  },
  errors: {
    label: 'Errors',
    metric: GPU.xid,
    share: ({ xid }) => (xid ? 1 : 0),
    text: ({ xid }) => (xid ? `XID ${xid}` : ''),
    scale: ['none', 'XID'],
  },
};

const HOT = 85;

/** Every GPU of every node, one cell each, coloured by what is being asked. */
export function GpuFleet({ fleet }: { readonly fleet: Fleet }) {
  const { query } = usePlace();
  const name = query.get('gpu') ?? 'utilisation';
  const mode = MODES[name] ?? (MODES['utilisation'] as Mode);
  const { nodes } = fleet;
  const columns = Math.max(1, ...nodes.map(({ gpus }) => gpus.length));
  return (
    <Panel
      title="GPU fleet"
      actions={
        <SegmentedControl
          aria-label="What the cells show"
          value={MODES[name] ? name : 'utilisation'}
          onChange={(value) => changeQuery({ gpu: value === 'utilisation' ? undefined : value }, 'replace')}
          data={Object.entries(MODES).map(([value, { label }]) => ({ value, label }))}
        />
      }
    >
      {fleet.error && nodes.length === 0 ? (
        <Failure error={fleet.error} what="The GPUs could not be loaded" />
      ) : nodes.length === 0 && fleet.isPending ? (
        <Loading label="Loading GPUs" />
      ) : nodes.length === 0 ? (
        <Absent what="No GPU reports. The agent reads NVML without DCGM; a dcgm-exporter can be scraped too." source="gpu" />
      ) : (
        <>
          <div className="fleet" data-dense={nodes.length > 16 || undefined}>
            {nodes.map(({ host, gpus }) => (
              <div key={host} className="fleet-node" role="group" aria-label={host}>
                <Link to={`/hosts?instance=${encodeURIComponent(host)}`} className="fleet-host clip" title={`Host ${host}`}>
                  {host}
                </Link>
                <div className="fleet-cells" style={{ gridTemplateColumns: `repeat(${columns}, minmax(14px, 1fr))` }}>
                  {gpus.map((gpu) => (
                    <Cell key={gpu.gpu + (gpu.labels['UUID'] ?? '')} gpu={gpu} mode={mode} modeName={name} />
                  ))}
                </div>
              </div>
            ))}
          </div>
          <div className="fleet-scale" aria-hidden>
            <span>{mode.scale[0]}</span>
            <i style={name === 'errors' ? { background: 'linear-gradient(90deg, var(--bv-void) 50%, var(--bv-bad) 50%)' } : {}} />
            <span>{mode.scale[1]}</span>
            <span className="grow" />
            <span>
              <b className="mark-failed" /> XID that stops a GPU
            </span>
            <span>
              <b className="mark-hot" /> {HOT} °C and above
            </span>
          </div>
        </>
      )}
    </Panel>
  );
}

interface CellProps {
  readonly gpu: Gpu;
  readonly mode: Mode;
  readonly modeName: string;
}

function Cell({ gpu, mode, modeName }: CellProps) {
  const share = mode.share(gpu);
  const isHot = (gpu.temperature ?? 0) >= HOT;
  const failed = isFailed(gpu);
  const facts = [
    gpu.labels['modelName'] ?? '',
    `utilisation ${known(gpu.utilisation, (value) => formatValue(value, 'percent'))}`,
    gpu.smActive === undefined ? '' : `SM active ${formatValue(gpu.smActive, 'ratio')}`,
    gpu.memoryUsedBytes === undefined ? '' : `memory ${formatValue(gpu.memoryUsedBytes, 'bytes')} (${formatValue(gpu.memoryShare ?? NaN, 'ratio')})`,
    gpu.temperature === undefined ? '' : formatValue(gpu.temperature, 'celsius'),
    gpu.power === undefined ? '' : formatValue(gpu.power, 'watts'),
    gpu.xid ? `last XID ${gpu.xid}` : '',
  ].filter(Boolean);
  const id = gpu.labels['UUID'] === undefined ? `gpu="${gpu.gpu}"` : `UUID="${gpu.labels['UUID']}"`;
  const isErrorMode = modeName === 'errors';
  const background =
    share === undefined
      ? undefined
      : isErrorMode
        ? share > 0
          ? 'var(--bv-bad)'
          : 'var(--bv-void)'
        : `color-mix(in oklab, var(--fleet-high) ${Math.round(100 * Math.max(0, Math.min(1, share)))}%, var(--bv-void))`;
  return (
    <Tooltip
      label={
        <div style={{ lineHeight: 1.5 }}>
          <b>
            {gpu.host} GPU {gpu.gpu}
          </b>
          {facts.map((fact) => (
            <div key={fact}>{fact}</div>
          ))}
        </div>
      }
      openDelay={80}
    >
      <Link
        to={metricsAddress(`${mode.metric}{${id}}`)}
        className="fleet-cell num"
        aria-label={`${gpu.host} GPU ${gpu.gpu}: ${facts.join(', ')}`}
        data-unknown={share === undefined || undefined}
        data-failed={failed || undefined}
        data-hot={isHot || undefined}
        data-alarm={(isErrorMode && share === 1) || undefined}
        style={background === undefined ? {} : { background }}
      >
        {mode.text(gpu)}
      </Link>
    </Tooltip>
  );
}
