import type { ReactElement } from 'react';
import { visibleText } from '../../../src/protocol/visibleText';

/**
 * Text that comes from a file, a log or a model: shown as text, in its own direction, and unable to turn the text
 * around it (bidirectional isolation). Cut off where there is no room; then the hover has all of it.
 */
export function Foreign({
  text,
  className,
}: {
  readonly text: string;
  readonly className?: string;
}): ReactElement {
  const shown = visibleText(text);
  return (
    <bdi dir="auto" className={className} title={shown.length > 24 ? shown : undefined}>
      {shown}
    </bdi>
  );
}
