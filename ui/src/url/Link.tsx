import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { navigate, usePlace, withTime } from './location';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly to: string;
}

/** A link inside the screen: keeps the time range, loads nothing anew, and is a plain link for every other click. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const { query } = usePlace();
  const address = withTime(to, query);
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    navigate(address);
  };
  return <a href={address} onClick={follow} {...rest} />;
}
