import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconTelescope } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiFailure } from '@/api/http';
import './states.css';

export function Loading({ label = 'Loading' }: { readonly label?: string }) {
  return (
    <div className="state" role="status" aria-label={label}>
      <Loader size={18} type="dots" color="gray" />
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly icon?: ReactNode;
}

export function Empty({ title, children, icon }: EmptyProps) {
  return (
    <div className="state" role="note" aria-label={title}>
      {icon ?? <IconTelescope size={20} stroke={1.5} aria-hidden />}
      <strong>{title}</strong>
      {children !== undefined && <div className="dim">{children}</div>}
    </div>
  );
}

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly what?: string;
}

export function Failure({ error, onRetry, what = 'This could not be loaded' }: FailureProps) {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ApiFailure && error.status > 0 ? ` (${error.code})` : '';
  return (
    <div className="state failure" role="alert">
      <IconAlertTriangle size={20} stroke={1.5} aria-hidden />
      <strong>{what}</strong>
      <div className="message">
        {message}
        {code}
      </div>
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
