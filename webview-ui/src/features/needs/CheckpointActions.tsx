import type { ReactElement } from 'react';
import type { CheckpointView } from '../../../../src/protocol/view';
import { Button, NoteBox } from '../../components/controls';
import { prefixes } from '../../state/prefixes';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';

interface CheckpointActionsProps {
  readonly draftKey: string;
  readonly checkpoint: CheckpointView;
}

/** Approve all, approve a beginning, look at the code, or stop here with a reason. */
export function CheckpointActions({ draftKey, checkpoint }: CheckpointActionsProps): ReactElement {
  const words = useWords();
  const { state, dispatch, send, mayAct } = usePanel();
  const { hash, milestones } = checkpoint;
  const reason = state.drafts[draftKey];
  const draft = (text: string | null) => dispatch({ type: 'drafted', key: draftKey, text });
  const hint = mayAct ? undefined : words.needs.notTrusted;
  const runs = milestones.reduce((sum, milestone) => sum + milestone.runs, 0);
  if (reason !== undefined) {
    return (
      <div className="rejection">
        <NoteBox label={words.needs.reason} value={reason} onChange={draft} />
        <div className="actions">
          <Button
            kind="primary"
            disabled={!mayAct}
            hint={hint}
            onPress={() => {
              send({ type: 'checkpoint.reject', hash, reason: reason.trim() });
              draft(null);
            }}
          >
            {words.needs.sendReason}
          </Button>
          <Button onPress={() => draft(null)}>{words.needs.back}</Button>
        </div>
      </div>
    );
  }
  return (
    <>
      <Button
        kind="primary"
        disabled={!mayAct}
        hint={hint}
        onPress={() => send({ type: 'checkpoint.approve', hash, milestones: null })}
      >
        {words.needs.approveAll(runs)}
      </Button>
      {prefixes(milestones).map(({ ids, last }) => (
        <Button
          key={last.id}
          disabled={!mayAct}
          hint={hint}
          onPress={() => send({ type: 'checkpoint.approve', hash, milestones: ids })}
        >
          {ids.length === 1 ? words.needs.approveOnly(last.name) : words.needs.approveThrough(last.name)}
        </Button>
      ))}
      <Button onPress={() => send({ type: 'checkpoint.diff', hash })}>{words.needs.reviewCode}</Button>
      <Button disabled={!mayAct} hint={hint} onPress={() => draft('')}>
        {words.needs.notNow}
      </Button>
    </>
  );
}
