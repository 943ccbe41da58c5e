import { useId, type ReactElement, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  /** Id of the heading, for something that leads to it. */
  readonly anchor?: string;
  readonly children: ReactNode;
}

/** A named part of a page. */
export function Section({ title, aside, anchor, children }: SectionProps): ReactElement {
  const own = useId();
  const id = anchor ?? own;
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id} tabIndex={anchor === undefined ? undefined : -1}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
