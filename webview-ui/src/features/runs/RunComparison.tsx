import { useEffect, useState, useSyncExternalStore, type ReactElement } from 'react';
import { visibleText } from '../../../../src/protocol/visibleText';
import type { ComparisonView, RunPair } from '../../../../src/protocol/comparison';
import { Button, IconButton, LinkButton, Tick } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Section } from '../../components/Section';
import { ComparisonStore } from '../../state/comparisonStore';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';

const nothing = new ComparisonStore();

/** Two ticked runs side by side: set-up, numbers, code, logs. Asked for while this is shown. */
export function RunComparison({ pair }: { readonly pair: RunPair }): ReactElement {
  const { runs: words, common } = useWords();
  const { send, dispatch, comparisons } = usePanel();
  const { subscribe, snapshot } = comparisons ?? nothing;
  const view = useSyncExternalStore(subscribe, snapshot);
  const [first, second] = pair;
  useEffect(() => {
    send({ type: 'comparison.look', runs: [first, second] });
    return () => send({ type: 'comparison.look', runs: null });
  }, [send, first, second]);
  const mine = view !== null && view.runs[0] === first && view.runs[1] === second ? view : null;
  return (
    <section className="run-detail run-comparison" aria-label={words.comparison(first, second)}>
      <div className="run-detail-head">
        <h2>
          <bdi>{words.comparison(first, second)}</bdi>
        </h2>
        <span className="run-detail-actions">
          <Button
            disabled={mine?.logs !== true}
            onPress={() => send({ type: 'comparison.logs', runs: [first, second] })}
          >
            {words.compareLogs}
          </Button>
          <IconButton
            icon="close"
            label={common.close}
            onPress={() => dispatch({ type: 'detailed', detail: 'log' })}
          />
        </span>
      </div>
      <div className="comparison-body" tabIndex={0} role="group" aria-label={words.comparison(first, second)}>
        {mine === null ? (
          <p className="aside" role="status">
            {words.comparing}
          </p>
        ) : (
          <>
            <Numbers view={mine} />
            <Code view={mine} />
            <SetUp view={mine} />
          </>
        )}
      </div>
    </section>
  );
}

function Heads({ view, first }: { readonly view: ComparisonView; readonly first: string }): ReactElement {
  return (
    <>
      <th scope="col">{first}</th>
      {view.runs.map((run) => (
        <th key={run} scope="col">
          <bdi className="mono">{run}</bdi>
        </th>
      ))}
    </>
  );
}

function Numbers({ view }: { readonly view: ComparisonView }): ReactElement {
  const { runs: words, results } = useWords();
  return (
    <Section title={words.numbers}>
      {view.metrics.length === 0 ? (
        <p className="aside">{words.noNumbers}</p>
      ) : (
        <table className="comparison comparison-numbers">
          <thead>
            <tr>
              <Heads view={view} first={words.columns.metric} />
              <th scope="col">{words.difference}</th>
            </tr>
          </thead>
          <tbody>
            {view.metrics.map(({ name, values, difference }) => (
              <tr key={name}>
                <th scope="row">
                  <Foreign text={name} />
                </th>
                <td className="number">{values[0] ?? results.noComparison}</td>
                <td className="number">{values[1] ?? results.noComparison}</td>
                <td className="number">{difference ?? results.noComparison}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Code({ view }: { readonly view: ComparisonView }): ReactElement {
  const { runs: words } = useWords();
  const { send } = usePanel();
  const { files, runs } = view;
  return (
    <Section title={words.code}>
      {files === null || files.length === 0 ? (
        <p className="aside">{files === null ? words.noCode : words.sameCode}</p>
      ) : (
        <ul className="comparison-files">
          {files.map(({ path, change }) => (
            <li key={path}>
              <LinkButton onPress={() => send({ type: 'comparison.file', runs, path })}>
                <Foreign className="mono" text={path} />
              </LinkButton>{' '}
              <span className="aside">{words.fileChange[change]}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function SetUp({ view }: { readonly view: ComparisonView }): ReactElement {
  const { runs: words, results } = useWords();
  const [onlyDifferences, setOnlyDifferences] = useState(false);
  const facts = view.facts.filter(({ same }) => !same || !onlyDifferences);
  return (
    <Section
      title={words.setUp}
      aside={
        <Tick checked={onlyDifferences} onChange={setOnlyDifferences}>
          {words.onlyDifferences}
        </Tick>
      }
    >
      {facts.length === 0 ? (
        <p className="aside">{words.sameSetUp}</p>
      ) : (
        <table className="comparison">
          <thead>
            <tr>
              <Heads view={view} first="" />
            </tr>
          </thead>
          <tbody>
            {facts.map(({ label, values, same }) => (
              <tr key={label} className={same ? 'comparison-same' : ''}>
                <th scope="row">
                  <Foreign text={label} />
                </th>
                {values.map((value, at) => (
                  <td key={view.runs[at]}>
                    {value === null ? results.noComparison : <bdi dir="auto">{visibleText(value)}</bdi>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
