import type { ReactElement } from 'react';
import type { PermissionNeed } from '../../../../src/protocol/agents';
import { Button } from '../../components/controls';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { Fact, NeedCard } from './NeedCard';

/** What an agent wants to do, to the letter, and the three answers. */
export function PermissionCard({ item }: { readonly item: PermissionNeed }): ReactElement {
  const words = useWords();
  const { send, mayAct } = usePanel();
  const hint = mayAct ? undefined : words.needs.notTrusted;
  const { permission, command, paths } = item;
  const answer = (label: string, given: 'once' | 'run' | 'deny', kind?: 'primary') => (
    <Button
      {...(kind === undefined ? {} : { kind })}
      disabled={!mayAct}
      hint={hint}
      onPress={() => send({ type: 'permission.answer', permission, answer: given })}
    >
      {label}
    </Button>
  );
  return (
    <NeedCard
      kind={words.needs.permission}
      title={item.title}
      at={item.at}
      mark={{ icon: 'asks', tone: 'accent' }}
      actions={
        <>
          {answer(words.needs.once, 'once', 'primary')}
          {answer(words.needs.thisRun, 'run')}
          {answer(words.needs.no, 'deny')}
          {item.hasMore && (
            <Button onPress={() => send({ type: 'permission.look', permission })}>
              {words.needs.lookAtIt}
            </Button>
          )}
        </>
      }
    >
      {command !== null && (
        <pre className="evidence command" tabIndex={0} aria-label={words.needs.command}>
          {command}
        </pre>
      )}
      {paths.length > 0 && (
        <dl className="facts">
          <Fact name={words.needs.paths}>
            <ul className="lines">
              {paths.map((path) => (
                <li key={path}>
                  <bdi className="mono">{path}</bdi>
                </li>
              ))}
            </ul>
          </Fact>
        </dl>
      )}
    </NeedCard>
  );
}
