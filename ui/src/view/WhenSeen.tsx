import { useEffect, useRef, useState, type ReactNode } from 'react';

interface WhenSeenProps {
  readonly height: number;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Draws, and so asks for data, only once it comes into sight; then it stays. */
export function WhenSeen({ height, className, children }: WhenSeenProps) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    if (isSeen || !place.current) {
      return;
    }
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && setIsSeen(true), {
      rootMargin: '60px',
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isSeen]);
  return (
    <div ref={place} className={className} style={{ minHeight: height }}>
      {isSeen && children}
    </div>
  );
}
