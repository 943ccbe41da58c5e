import type { ReactElement } from 'react';
import type { ChangeNeed } from '../../../../src/protocol/agents';
import { Button } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { Fact, NeedCard } from './NeedCard';
import { ReasonActions } from './ReasonActions';

/** What an author wrote, file by file: looked at as a diff, taken whole or in parts, or rejected. */
export function ChangeCard({ item }: { readonly item: ChangeNeed }): ReactElement {
  const words = useWords();
  const { send, mayAct } = usePanel();
  const hint = mayAct ? undefined : words.needs.notTrusted;
  const { change, files, deviations } = item;
  const several = files.filter(({ canTake }) => canTake).length > 1;
  // What departs from the plan is confirmed in the editor, with what it departs from.
  const takeAll = () =>
    deviations.length > 0
      ? send({ type: 'change.choose', change })
      : send({ type: 'change.take', change, files: null });
  return (
    <NeedCard
      kind={words.needs.change}
      title={item.title}
      at={item.at}
      mark={{ icon: 'asks', tone: 'accent' }}
      actions={
        <ReasonActions
          draftKey={item.id}
          acts={[
            {
              ...{ name: 'reject', label: words.needs.reject, question: words.needs.rejectReason },
              sendLabel: words.needs.sendReject,
              send: (reason) => send({ type: 'change.reject', change, reason }),
            },
          ]}
        >
          <Button kind="primary" onPress={() => send({ type: 'change.look', change })}>
            {words.needs.showDiff}
          </Button>
          <Button disabled={!mayAct} hint={hint} onPress={takeAll}>
            {words.needs.take}
          </Button>
          <Button disabled={!mayAct} hint={hint} onPress={() => send({ type: 'change.choose', change })}>
            {words.needs.choose}
          </Button>
        </ReasonActions>
      }
    >
      <dl className="facts">
        {deviations.length > 0 && (
          <Fact name={words.needs.deviations}>
            <ul className="lines notes">
              {deviations.map((sentence) => (
                <li key={sentence}>
                  <Foreign text={sentence} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact name={words.needs.files}>
          <ul className="lines changed-files">
            {files.map(({ path, added, removed, note, canTake }) => (
              <li key={path}>
                <bdi className="mono">{path}</bdi>{' '}
                <span className="tone-quiet">{words.needs.lines(added, removed)}</span>{' '}
                {note !== '' && <Foreign text={note} />}
                {several && canTake && deviations.length === 0 && (
                  <Button
                    disabled={!mayAct}
                    hint={words.needs.takeFile(path)}
                    onPress={() => send({ type: 'change.take', change, files: [path] })}
                  >
                    {words.needs.takeOne}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </Fact>
      </dl>
    </NeedCard>
  );
}
