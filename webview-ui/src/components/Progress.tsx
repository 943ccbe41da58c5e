import type { ReactElement } from 'react';
import { formatShare } from '../text/format';

/** A bar and its per cent. `share` is 0 to 1. */
export function Progress({ share, label }: { readonly share: number; readonly label: string }): ReactElement {
  const filled = Math.min(1, Math.max(0, share));
  return (
    <span
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(filled * 100)}
    >
      <span className="progress-track">
        <span className="progress-fill" style={{ transform: `scaleX(${filled})` }} />
      </span>
      <span className="progress-number">{formatShare(filled)}</span>
    </span>
  );
}
