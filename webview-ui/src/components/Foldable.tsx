import { useId, type ReactElement, type ReactNode } from 'react';
import { Icon } from './Icon';

interface FoldableProps {
  readonly title: ReactNode;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly children: ReactNode;
}

/** A heading that shows and hides what is under it. What is hidden is not drawn. */
export function Foldable({ title, open, onToggle, children }: FoldableProps): ReactElement {
  const id = useId();
  return (
    <div className="foldable">
      <button
        type="button"
        className="foldable-head"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => onToggle(!open)}
      >
        <Icon name={open ? 'unfolded' : 'folded'} />
        {title}
      </button>
      <div id={id} className="foldable-body" hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
