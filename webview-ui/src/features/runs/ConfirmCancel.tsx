import type { ReactElement } from 'react';
import { Button } from '../../components/controls';
import { useWords } from '../../text/wordsContext';

interface ConfirmCancelProps {
  readonly count: number;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Cancelling loses work, so it is asked once more, where the button was. */
export function ConfirmCancel({ count, onYes, onNo }: ConfirmCancelProps): ReactElement {
  const words = useWords();
  return (
    <>
      <span role="alert">{words.runs.confirmCancel(count)}</span>
      <Button kind="primary" onPress={onYes}>
        {words.runs.confirmCancelYes}
      </Button>
      <Button onPress={onNo}>{words.runs.keep}</Button>
    </>
  );
}
