import { useId, type ReactElement, type ReactNode } from 'react';
import { Foreign } from '../../components/Foreign';
import { Marked } from '../../components/Marked';
import { Moment } from '../../components/Moment';
import type { Mark } from '../../components/tones';

interface NeedCardProps {
  readonly kind: string;
  readonly title: string;
  readonly at: number;
  readonly mark: Mark;
  readonly children: ReactNode;
  /** The buttons; always last, always in the same corner. */
  readonly actions?: ReactNode;
}

/** The frame that all things that wait for the person share. */
export function NeedCard({ kind, title, at, mark, children, actions }: NeedCardProps): ReactElement {
  const id = useId();
  return (
    <article className={`need need-${mark.tone}`} aria-labelledby={id}>
      <header className="need-head">
        <Marked mark={mark}>{kind}</Marked>
        <h2 id={id}>
          <Foreign text={title} />
        </h2>
        <Moment at={at} />
      </header>
      {children}
      {actions !== undefined && <div className="actions">{actions}</div>}
    </article>
  );
}

/** A named fact on a card. */
export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
