import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { HeaderView } from '../../../../src/protocol/view';
import { Button } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { headerKind } from '../../state/headerKind';
import { usePanel } from '../../state/panelContext';
import { useNow } from '../../state/useNow';
import { formatClock, formatExact, formatRelative } from '../../text/format';
import { useWords } from '../../text/wordsContext';
import { Activity } from './Activity';
import { GpuHours } from './GpuHours';
import { MilestoneRail } from './MilestoneRail';

/** Always in the same place, and always the answer to: how is it going, and does it need me? */
export function Header({ header }: { readonly header: HeaderView }): ReactElement {
  const words = useWords();
  const { dispatch, send } = usePanel();
  return (
    <header className="header" aria-label={words.header.label}>
      <div className="header-line">
        <h1>
          <Foreign text={header.title} />
        </h1>
        <span className="header-sentence">
          <Foreign text={header.sentence} />
        </span>
        <span className="header-target">
          <Foreign text={header.target} />
        </span>
      </div>
      <MilestoneRail milestones={header.milestones} />
      <div className="header-line header-facts">
        <GpuHours hours={header.gpuHours} />
        <EndsAbout at={header.endsAt} />
        {header.driving && <span className="driving">{words.header.driving}</span>}
        {header.needsYou > 0 && (
          <button
            type="button"
            className="needs-badge"
            onClick={() => dispatch({ type: 'went', page: 'needs' })}
          >
            <Icon name="asks" />
            {words.header.needsYou(header.needsYou)}
          </button>
        )}
      </div>
      <Activity activity={header.activity} />
      {!header.trusted && (
        <div className="restricted">
          <Icon name="lock" />
          <span>{words.header.restricted}</span>
          <Button onPress={() => send({ type: 'trust.manage' })}>{words.header.manageTrust}</Button>
        </div>
      )}
      <Announcer header={header} />
    </header>
  );
}

function EndsAbout({ at }: { readonly at: number | null }): ReactElement | null {
  const words = useWords();
  const now = useNow();
  if (at === null) return null;
  const hover = `${formatExact(at, words)} · ${formatRelative(at, now, words)}`;
  return <span title={hover}>{words.header.endsAbout(formatClock(at, now, words))}</span>;
}

/** Says the sentence aloud, but only when something happened, not at each step of progress. */
function Announcer({ header }: { readonly header: HeaderView }): ReactElement {
  const kind = headerKind(header);
  const last = useRef(kind);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (kind === last.current) return;
    last.current = kind;
    setSaid(header.sentence);
  }, [kind, header.sentence]);
  return (
    <span className="heard-only" role="status" aria-live="polite">
      {said}
    </span>
  );
}
