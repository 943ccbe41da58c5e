import type { ReactElement } from 'react';
import { sparkPath } from './sparkPath';

const width = 72;
const height = 14;

/** The newest values of a metric as a small curve; a decoration of the number beside it. */
export function Sparkline({ values }: { readonly values: readonly number[] }): ReactElement | null {
  const path = sparkPath(values, width, height);
  if (path === null) return null;
  return (
    <svg
      className="spark"
      viewBox={`-1 -2 ${width + 2} ${height + 4}`}
      width={width + 2}
      height={height + 4}
      aria-hidden="true"
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinejoin="round" />
    </svg>
  );
}
