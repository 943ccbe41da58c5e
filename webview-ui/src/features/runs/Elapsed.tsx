import type { ReactElement } from 'react';
import { useNow } from '../../state/useNow';
import { formatDuration } from '../../text/format';
import { useWords } from '../../text/wordsContext';

interface ElapsedProps {
  /** How long it had run when told. */
  readonly ms: number;
  /** When that was told, in milliseconds since the epoch. */
  readonly since: number;
  readonly ticking: boolean;
}

/** How long a run has been running; goes on between two snapshots. */
export function Elapsed({ ms, since, ticking }: ElapsedProps): ReactElement {
  return ticking ? <Ticking ms={ms} since={since} /> : <Still ms={ms} />;
}

function Ticking({ ms, since }: { readonly ms: number; readonly since: number }): ReactElement {
  const now = useNow();
  return <Still ms={ms + Math.max(0, now - since)} />;
}

function Still({ ms }: { readonly ms: number }): ReactElement {
  const words = useWords();
  return <span>{formatDuration(ms, words)}</span>;
}
