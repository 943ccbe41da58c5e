import { useRef, type KeyboardEvent, type ReactElement } from 'react';
import type { PageName } from '../../../../src/protocol/panelIntent';
import { useWords } from '../../text/wordsContext';
import { neighbour } from '../../state/neighbour';

const questions: readonly PageName[] = ['plan', 'runs', 'needs', 'results', 'timeline'];

interface PageTabsProps {
  readonly page: PageName;
  readonly needsYou: number;
  readonly onGo: (page: PageName) => void;
}

/** The tabs pattern: one stop of Tab, arrows between, Home and End. */
export function PageTabs({ page, needsYou, onGo }: PageTabsProps): ReactElement {
  const words = useWords();
  // The health of the machine is asked for seldom: it has a tab only while it is looked at.
  const pages = page === 'doctor' ? [...questions, page] : questions;
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const next = neighbour(event.key, pages.indexOf(page), pages.length);
    const target = next === null ? undefined : pages[next];
    if (target === undefined) return;
    event.preventDefault();
    onGo(target);
    list.current?.querySelector<HTMLElement>(`#tab-${target}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={words.header.pagesLabel} ref={list} onKeyDown={move}>
      {pages.map((each) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          role="tab"
          aria-selected={each === page}
          aria-controls={each === page ? 'page' : undefined}
          tabIndex={each === page ? 0 : -1}
          className="tab"
          onClick={() => onGo(each)}
        >
          {words.pages[each]}
          {each === 'needs' && needsYou > 0 && <span className="tab-count"> ({needsYou})</span>}
        </button>
      ))}
    </div>
  );
}
