import type { ReactElement, ReactNode } from 'react';
import { Icon } from './Icon';
import type { Mark } from './tones';

/** Icon, colour and word together: no status is told by colour alone. */
export function Marked({
  mark,
  children,
}: {
  readonly mark: Mark;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className="marked">
      <Icon name={mark.icon} tone={`tone-${mark.tone}`} />
      <span className="marked-word">{children}</span>
    </span>
  );
}
