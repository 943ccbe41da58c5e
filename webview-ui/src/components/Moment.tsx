import type { ReactElement } from 'react';
import { useNow } from '../state/useNow';
import { formatExact, formatRelative } from '../text/format';
import { useWords } from '../text/wordsContext';

/** `3 minutes ago`, with the exact time on hover. */
export function Moment({ at }: { readonly at: number }): ReactElement {
  const words = useWords();
  const now = useNow();
  return (
    <time className="moment" dateTime={new Date(at).toISOString()} title={formatExact(at, words)}>
      {formatRelative(at, now, words)}
    </time>
  );
}
