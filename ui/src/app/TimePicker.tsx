import { ActionIcon, Button, Menu, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconChevronDown, IconClock, IconRefresh, IconZoomOut } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { describe, formatDateTime, parseTime } from '@/time/range';
import { REFRESH_CHOICES, useTimeWindow } from '@/time/TimeContext';

const QUICK = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'];

interface TimePickerProps {
  readonly opened: boolean;
  readonly onOpen: (opened: boolean) => void;
}

/** The global time range, absolute or relative, with refresh interval and zoom out. */
export function TimePicker({ opened, onOpen }: TimePickerProps) {
  const time = useTimeWindow();
  const zoomOut = () => {
    const half = (time.endMillis - time.startMillis) / 2;
    time.setRange(String(Math.round(time.startMillis - half)), String(Math.round(Math.min(time.endMillis + half, Date.now()))));
  };
  return (
    <div className="row" style={{ gap: 4 }}>
      <Popover opened={opened} onChange={onOpen} position="bottom-end" trapFocus returnFocus>
        <Popover.Target>
          <Button
            variant="default"
            leftSection={<IconClock size={14} stroke={1.7} />}
            rightSection={<IconChevronDown size={13} />}
            aria-label={`Time range: ${describe(time.range)}`}
            aria-expanded={opened}
            onClick={() => onOpen(!opened)}
          >
            <span className="num">{describe(time.range)}</span>
          </Button>
        </Popover.Target>
        <Popover.Dropdown p={12} w={340}>
          <RangeForm onDone={() => onOpen(false)} />
        </Popover.Dropdown>
      </Popover>
      <Tooltip label="Zoom out">
        <ActionIcon aria-label="Zoom out" onClick={zoomOut}>
          <IconZoomOut size={16} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Refresh now (r)">
        <ActionIcon aria-label="Refresh now" onClick={time.refreshNow}>
          <IconRefresh size={16} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            px={6}
            rightSection={<IconChevronDown size={13} />}
            aria-label={`Refresh interval: ${time.isLive ? time.refresh : 'off, the range is absolute'}`}
          >
            {time.isLive ? time.refresh : 'off'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {REFRESH_CHOICES.map((choice) => (
            <Menu.Item key={choice} onClick={() => time.setRefresh(choice)} disabled={!time.isLive}>
              {choice === 'off' ? 'Off' : `Every ${choice}`}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function RangeForm({ onDone }: { readonly onDone: () => void }) {
  const time = useTimeWindow();
  const readable = (text: string, millis: number) => (text.startsWith('now') ? text : formatDateTime(millis));
  const [from, setFrom] = useState(readable(time.range.from, time.startMillis));
  const [to, setTo] = useState(readable(time.range.to, time.endMillis));
  const fromMillis = parseTime(from, Date.now());
  const toMillis = parseTime(to, Date.now());
  const reversed = fromMillis !== undefined && toMillis !== undefined && fromMillis >= toMillis;

  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (fromMillis === undefined || toMillis === undefined || reversed) {
      return;
    }
    const written = (text: string, millis: number) => (text.trim().startsWith('now') ? text.trim() : String(millis));
    time.setRange(written(from, fromMillis), written(to, toMillis));
    onDone();
  };
  const format = 'now-2h, or 2026-01-31 18:30';
  return (
    <form onSubmit={apply}>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(4, 1fr)', gap: 4, marginBottom: 12 }}>
        {QUICK.map((span) => (
          <Button
            key={span}
            variant={time.range.to === 'now' && time.range.from === `now-${span}` ? 'light' : 'default'}
            px={4}
            onClick={() => {
              time.setRange(`now-${span}`, 'now');
              onDone();
            }}
            aria-label={`Last ${span}`}
          >
            {span}
          </Button>
        ))}
      </div>
      <div className="stack" style={{ gap: 8 }}>
        <TextInput
          label="From"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          error={fromMillis === undefined ? `Write ${format}` : reversed ? 'Must lie before the end' : undefined}
          data-autofocus
        />
        <TextInput
          label="To"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={toMillis === undefined ? `Write ${format}` : undefined}
        />
        <div className="row">
          <span className="dim grow" style={{ fontSize: 11.5 }}>
            {Intl.DateTimeFormat().resolvedOptions().timeZone}
          </span>
          <Button type="submit" disabled={fromMillis === undefined || toMillis === undefined || reversed}>
            Apply
          </Button>
        </div>
      </div>
    </form>
  );
}
