import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Loading } from './States';

interface AnswerProps<T> {
  readonly of: UseQueryResult<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/** Loading, error, or the data of one query; data of the last refresh stays while the next is on its way. */
export function Answer<T>({ of, what, children }: AnswerProps<T>) {
  if (of.data !== undefined && !of.isError) {
    return children(of.data);
  }
  if (of.isError) {
    return <Failure error={of.error} what={`${what} could not be loaded`} onRetry={() => void of.refetch()} />;
  }
  return <Loading label={`Loading ${what.toLowerCase()}`} />;
}
