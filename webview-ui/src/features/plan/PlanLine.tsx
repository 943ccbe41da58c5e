import type { ReactElement } from 'react';
import { LinkButton } from '../../components/controls';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';

/** The id of a thing in the plan; opens the plan at its line. */
export function PlanLine({
  label,
  line,
}: {
  readonly label: string;
  readonly line: number | null;
}): ReactElement {
  const { send } = usePanel();
  const words = useWords();
  const name = <bdi className="mono">{label}</bdi>;
  if (line === null) return name;
  return (
    <LinkButton
      hint={`${words.plan.open}, ${words.common.line(line)}`}
      onPress={() => send({ type: 'plan.open', line })}
    >
      {name}
    </LinkButton>
  );
}
