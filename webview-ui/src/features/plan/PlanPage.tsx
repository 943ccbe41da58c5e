import type { ReactElement } from 'react';
import type { PlanPage as PlanView } from '../../../../src/protocol/view';
import { Button, LinkButton } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Section } from '../../components/Section';
import { usePanel } from '../../state/panelContext';
import { useWords } from '../../text/wordsContext';
import { Blocks } from './Blocks';
import { BudgetTable } from './BudgetTable';
import { MilestoneList } from './MilestoneList';
import { PlanLine } from './PlanLine';
import { Problems } from './Problems';
import { Stages } from './Stages';

/** What the plan says, as Bridge read it, and how far it is. */
export function PlanPage({ view }: { readonly view: PlanView }): ReactElement {
  const words = useWords();
  const { send, mayAct } = usePanel();
  const can = view.whyNotDeploy === null && mayAct;
  const path = view.planPath;
  const ready = view.deployedBefore ? words.plan.deployAgainHint : words.plan.deployHint;
  const hint = can
    ? ready
    : mayAct && view.whyNotDeploy !== null
      ? view.whyNotDeploy
      : words.needs.notTrusted;
  return (
    <div className="plan">
      <div className="plan-top">
        <Button kind="primary" disabled={!can} hint={hint} onPress={() => send({ type: 'plan.deploy' })}>
          {view.deployedBefore ? words.plan.deployAgain : words.plan.deploy}
        </Button>
        <span className="aside">{hint}</span>
        {path !== null && (
          <LinkButton hint={words.plan.open} onPress={() => send({ type: 'plan.open', line: null })}>
            <Foreign className="mono" text={path} />
          </LinkButton>
        )}
      </div>
      <div className="plan-columns">
        <div>
          {view.milestones.length > 0 && (
            <Section title={words.plan.milestones}>
              <MilestoneList milestones={view.milestones} />
            </Section>
          )}
          {view.blocks.length > 0 && (
            <Section title={words.plan.blocks}>
              <Blocks blocks={view.blocks} />
            </Section>
          )}
        </div>
        <div>
          {view.stages.length > 0 && (
            <Section title={words.plan.stages}>
              <Stages stages={view.stages} />
            </Section>
          )}
          {view.budgets.length > 0 && (
            <Section title={words.plan.budget}>
              {view.budgets.map((budget) => (
                <BudgetTable key={budget.unit} budget={budget} />
              ))}
            </Section>
          )}
          <Section title={words.plan.problems}>
            <Problems problems={view.problems} />
          </Section>
          {view.method !== null && (
            <Section title={words.plan.method}>
              <p className="prose">
                <Foreign text={view.method} />
              </p>
            </Section>
          )}
          {view.claims.length > 0 && (
            <Section title={words.plan.claims}>
              <ul className="rows">
                {view.claims.map((claim) => (
                  <li key={claim.id} className="claim">
                    <PlanLine label={claim.id} line={claim.line} />
                    <Foreign text={claim.text} className="prose" />
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </div>
      </div>
    </div>
  );
}
