import type { ReactElement } from 'react';
import type { ResultsPage as ResultsView } from '../../../../src/protocol/view';
import { Button, LinkButton } from '../../components/controls';
import { Foldable } from '../../components/Foldable';
import { Foreign } from '../../components/Foreign';
import { Marked } from '../../components/Marked';
import { Section } from '../../components/Section';
import type { Mark } from '../../components/tones';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { CurvesPane } from '../curves/CurvesPane';
import { ResultsTable } from './ResultsTable';

const verdictMarks: Readonly<Record<ResultsView['mainResult']['verdict'], Mark>> = {
  positive: { icon: 'done', tone: 'good' },
  negative: { icon: 'failed', tone: 'bad' },
  inconclusive: { icon: 'unreachable', tone: 'quiet' },
};

/** What came out, by which rule it was judged, and where each number stands. */
export function ResultsPage({ view }: { readonly view: ResultsView }): ReactElement {
  const words = useWords();
  const { state, dispatch, send } = usePanel();
  const { mainResult, mustRun, resultsPath, handoff } = view;
  return (
    <div className="results">
      <section className="main-result" aria-label={words.results.main}>
        <div className="main-result-head">
          <Marked mark={verdictMarks[mainResult.verdict]}>
            {words.results.main}: {words.results.verdicts[mainResult.verdict]}
          </Marked>
          <span className="aside number">{words.results.mustRun(mustRun.done, mustRun.total)}</span>
        </div>
        <p className="main-result-sentence">
          <Foreign text={mainResult.headline} />
        </p>
        <Foldable
          title={words.results.why}
          open={state.expanded.has('main-result')}
          onToggle={(open) => dispatch({ type: 'expanded', key: 'main-result', open })}
        >
          <p className="prose">
            <Foreign text={mainResult.sentence} />
          </p>
          <p className="aside prose">
            <Foreign text={mainResult.rule} />
          </p>
        </Foldable>
        <div className="actions">
          {resultsPath !== null && (
            <Button onPress={() => send({ type: 'file.open', file: resultsPath, line: null })}>
              {words.results.openReport}
            </Button>
          )}
          {handoff !== null && (
            <Button icon="copy" onPress={() => send({ type: 'text.copy', text: handoff })}>
              {words.results.copyHandoff}
            </Button>
          )}
        </div>
      </section>
      <Contents view={view} />
      {view.groups.map((group, index) => (
        <Section
          key={group.milestone}
          title={group.milestone}
          anchor={`results-${index}`}
          aside={
            view.direction !== null && <span className="aside">{words.results.better[view.direction]}</span>
          }
        >
          {group.systems.length > 0 && <ResultsTable group={group} metric={view.metric} />}
          {group.missing.length > 0 && (
            <div className="missing">
              <h3>{words.results.missingCaption}</h3>
              <ul className="rows">
                {group.missing.map(({ why, runs }) => (
                  <li key={why}>
                    <bdi className="mono">{runs}</bdi> <Foreign className="prose" text={why} />
                  </li>
                ))}
              </ul>
            </div>
          )}
        </Section>
      ))}
      <Section title={words.curves.title} anchor="results-curves">
        <CurvesPane place="results" runs={null} />
      </Section>
      {handoff !== null && (
        <Foldable
          title={<strong>{words.results.handoff}</strong>}
          open={state.expanded.has('handoff')}
          onToggle={(open) => dispatch({ type: 'expanded', key: 'handoff', open })}
        >
          <pre className="handoff" dir="auto" tabIndex={0} aria-label={words.results.handoff}>
            {handoff}
          </pre>
        </Foldable>
      )}
    </div>
  );
}

/** Leads to each part of a page that is longer than any screen. */
function Contents({ view }: { readonly view: ResultsView }): ReactElement {
  const words = useWords();
  const parts = [
    ...view.groups.map(({ milestone }, index) => ({ id: `results-${index}`, name: milestone })),
    { id: 'results-curves', name: words.curves.title },
  ];
  return (
    <nav className="contents" aria-label={words.results.contents}>
      {parts.map(({ id, name }) => (
        <LinkButton key={id} onPress={() => goTo(id)}>
          <Foreign text={name} />
        </LinkButton>
      ))}
    </nav>
  );
}

function goTo(id: string): void {
  const heading = document.getElementById(id);
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}
