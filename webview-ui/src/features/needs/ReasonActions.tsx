import type { ReactElement, ReactNode } from 'react';
import { Button, NoteBox } from '../../components/controls';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';

/** A decision that needs words. */
export interface ReasonedAct {
  readonly name: string;
  readonly label: string;
  /** What is asked. */
  readonly question: string;
  readonly sendLabel: string;
  send(reason: string): void;
}

interface ReasonActionsProps {
  /** Drafts of this card begin with it. */
  readonly draftKey: string;
  readonly acts: readonly ReasonedAct[];
  /** Buttons that need no words; they stand first. */
  readonly children?: ReactNode;
}

/** The buttons of a card; one that needs a reason opens a box for it first. */
export function ReasonActions({ draftKey, acts, children }: ReasonActionsProps): ReactElement {
  const words = useWords();
  const { state, dispatch, mayAct } = usePanel();
  const hint = mayAct ? undefined : words.needs.notTrusted;
  const keyOf = ({ name }: ReasonedAct) => `${draftKey}:${name}`;
  const draft = (act: ReasonedAct, text: string | null) =>
    dispatch({ type: 'drafted', key: keyOf(act), text });
  const open = acts.find((act) => state.drafts[keyOf(act)] !== undefined);
  if (open === undefined)
    return (
      <>
        {children}
        {acts.map((act) => (
          <Button key={act.name} disabled={!mayAct} hint={hint} onPress={() => draft(act, '')}>
            {act.label}
          </Button>
        ))}
      </>
    );
  const reason = state.drafts[keyOf(open)] ?? '';
  return (
    <div className="rejection">
      <NoteBox label={open.question} value={reason} onChange={(text) => draft(open, text)} />
      <div className="actions">
        <Button
          kind="primary"
          disabled={!mayAct || reason.trim() === ''}
          hint={hint}
          onPress={() => {
            open.send(reason.trim());
            draft(open, null);
          }}
        >
          {open.sendLabel}
        </Button>
        <Button onPress={() => draft(open, null)}>{words.needs.back}</Button>
      </div>
    </div>
  );
}
