import type { ReactElement } from 'react';
import { visibleText } from '../../../src/protocol/visibleText';
import type { DoctorPage as DoctorView } from '../../../src/protocol/doctor';
import { Button } from '../components/controls';
import { Foreign } from '../components/Foreign';
import { Marked } from '../components/Marked';
import { Section } from '../components/Section';
import { doctorMarks } from '../components/tones';
import { usePanel } from '../state/panelContext';
import { useWords } from '../text/wordsContext';

/** What of this machine and folder is there, what is missing, and a button for each that mends it. */
export function DoctorPage({ view }: { readonly view: DoctorView }): ReactElement {
  const { doctor: words } = useWords();
  const { send } = usePanel();
  const again = (
    <Button disabled={view.looking} onPress={() => send({ type: 'doctor.again' })}>
      {words.again}
    </Button>
  );
  return (
    <div className="doctor">
      <Section title={words.title} aside={again}>
        {view.failure !== null && (
          <p role="alert">
            <Foreign text={view.failure} />
          </p>
        )}
        <p className="aside" role="status">
          {view.looking
            ? words.looking
            : words.missing(view.checks.filter(({ state }) => state === 'missing').length)}
        </p>
        <ul className="doctor-checks">
          {view.checks.map(({ id, title, state, sentence, fix }) => (
            <li key={id} className="doctor-check">
              <h3>{title}</h3>
              <Marked mark={doctorMarks[state]}>{words.states[state]}</Marked>
              <p>
                <bdi dir="auto">{visibleText(sentence)}</bdi>
              </p>
              {fix !== null && (
                <Button
                  kind={state === 'missing' ? 'primary' : 'secondary'}
                  onPress={() => send({ type: 'doctor.fix', check: id })}
                >
                  {fix}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
