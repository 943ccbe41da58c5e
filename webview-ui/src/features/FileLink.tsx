import type { ReactElement } from 'react';
import { usePanel } from '../state/panelContext';
import { useWords } from '../text/wordsContext';
import { LinkButton } from '../components/controls';
import { Foreign } from '../components/Foreign';

/** `train.py:41`; opens the file there. */
export function FileLink({
  file,
  line,
}: {
  readonly file: string;
  readonly line: number | null;
}): ReactElement {
  const { send } = usePanel();
  const words = useWords();
  return (
    <LinkButton
      onPress={() => send({ type: 'file.open', file, line })}
      hint={words.common.openAt(file, line)}
    >
      <Foreign className="mono" text={line === null ? file : `${file}:${line}`} />
    </LinkButton>
  );
}
