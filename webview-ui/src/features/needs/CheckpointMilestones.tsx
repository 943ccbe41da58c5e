import type { ReactElement } from 'react';
import { visibleText } from '../../../../src/protocol/visibleText';
import type { CheckpointView } from '../../../../src/protocol/view';
import { Button } from '../../components/controls';
import { Foldable } from '../../components/Foldable';
import { Foreign } from '../../components/Foreign';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';

interface CheckpointMilestonesProps {
  /** Tells this checkpoint's foldings from another's. */
  readonly draftKey: string;
  readonly checkpoint: CheckpointView;
}

/** What would run, milestone by milestone, down to the exact commands; the milestones go one after another, so a prefix of them can be approved. */
export function CheckpointMilestones({ draftKey, checkpoint }: CheckpointMilestonesProps): ReactElement {
  const words = useWords();
  const { state, dispatch, send } = usePanel();
  const { milestones } = checkpoint;
  const copy = (commands: readonly { readonly command: string }[]) =>
    send({ type: 'text.copy', text: commands.map((each) => each.command).join('\n') + '\n' });
  return (
    <div className="checkpoint-milestones">
      {milestones.map((milestone) => {
        const key = `commands:${draftKey}:${milestone.id}`;
        return (
          <div key={milestone.id} className="checkpoint-milestone">
            <Foldable
              open={state.expanded.has(key)}
              onToggle={(open) => dispatch({ type: 'expanded', key, open })}
              title={
                <span className="checkpoint-milestone-title">
                  <bdi className="mono">{milestone.id}</bdi>
                  <strong>
                    <Foreign text={milestone.name} />
                  </strong>
                  <span className="number">{words.needs.runCount(milestone.runs)}</span>
                  <span className="number aside">{milestone.estimate}</span>
                  <span className="aside">{words.needs.commands(milestone.commands.length)}</span>
                </span>
              }
            >
              <ol
                className="commands"
                tabIndex={0}
                aria-label={words.needs.commands(milestone.commands.length)}
              >
                {milestone.commands.map((each, index) => (
                  <li key={`${each.run}-${index}`}>
                    <bdi className="mono aside">{each.run}</bdi>
                    <bdi className="mono command">{visibleText(each.command)}</bdi>
                  </li>
                ))}
              </ol>
              <Button icon="copy" onPress={() => copy(milestone.commands)}>
                {words.needs.copyAll}
              </Button>
            </Foldable>
          </div>
        );
      })}
      {milestones.length > 1 && (
        <Button icon="copy" onPress={() => copy(milestones.flatMap((milestone) => milestone.commands))}>
          {words.needs.copyAllCommands}
        </Button>
      )}
    </div>
  );
}
