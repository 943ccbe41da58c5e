import type { ReactElement } from 'react';
import { useAtNow } from '../state/useNow';
import { formatExact, formatRelative } from '../text/format';
import { useWords } from '../text/wordsContext';

/** `3 minutes ago`, with the exact time on hover. */
export function Moment({ at }: { readonly at: number }): ReactElement {
  const words = useWords();
  const relative = useAtNow((now) => formatRelative(at, now, words));
  return (
    <time className="moment" dateTime={new Date(at).toISOString()} title={formatExact(at, words)}>
      {relative}
    </time>
  );
}
