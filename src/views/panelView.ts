import type { EmptyPage, PageView, PanelView } from '../protocol/view';
import type { RunsQuery } from '../protocol/runs';
import type { PageName } from '../protocol/panelIntent';
import { doctorPage } from './doctor';
import { headerView } from './header';
import { shownState, type ViewInput } from './input';
import { needsPage } from './needs';
import { planPage } from './plan';
import { resultsPage } from './results';
import { runsPage } from './runs';
import { studyIndex } from './studyIndex';
import { timelinePage } from './timeline';

/** What is looked at in a panel. */
export interface Look {
  readonly page: PageName;
  readonly runs: RunsQuery;
}

const notLooked = { facts: null, looking: true, failure: null };

/** The whole snapshot for a panel: header and the one page that is looked at. */
export function panelView(look: Look, input: ViewInput): PanelView {
  return { revision: input.state.revision, header: headerView(input), page: pageView(look, input) };
}

function pageView({ page, runs }: Look, input: ViewInput): PageView {
  const state = shownState(input);
  const { t, inputs } = input;
  const nothing = inputs.planPath === null && inputs.trackerPath === null && state.study === null;
  if (page === 'doctor') return doctorPage(input.doctor ?? notLooked, input.trusted, t);
  if (nothing && page !== 'timeline') return noPlan(page, input);
  switch (page) {
    case 'plan':
      return planPage(input);
    case 'runs':
      if (studyIndex(state).entries.length === 0)
        return empty(
          page,
          t('No runs yet'),
          t('The runs of the manifest stand here, with what each is doing and why it waits.'),
          {
            label: t('Open the plan'),
            intent: { type: 'plan.open', line: null },
          },
        );
      return runsPage(state, runs, input);
    case 'needs': {
      const needs = needsPage(input);
      return needs.items.length > 0
        ? needs
        : empty(
            page,
            t('Nothing needs you'),
            t('Approvals, failures and questions stand here when there are any.'),
            null,
          );
    }
    case 'results':
      return (
        resultsPage(state, input) ??
        empty(
          page,
          t('No results yet'),
          t(
            'Means over seeds, comparisons with the baseline and the file of every number stand here once runs have ended.',
          ),
          deployAction(input),
        )
      );
    case 'timeline': {
      const timeline = timelinePage(state, t);
      return timeline.entries.length > 0
        ? timeline
        : empty(
            page,
            t('Nothing has happened yet'),
            t('Who did what, and what came of it, stands here in order.'),
            nothing ? null : deployAction(input),
          );
    }
  }
}

function noPlan(page: PageName, { t, inputs, trusted }: ViewInput): EmptyPage {
  const sentence =
    inputs.lookedFor.length === 0
      ? t('Open the folder of a study to see its plan.')
      : t('Bridge looked for {0}.', inputs.lookedFor.join(', '));
  const action =
    trusted && inputs.lookedFor.length > 0
      ? { label: t('New experiment plan'), intent: { type: 'plan.new' as const } }
      : { label: t('Try the example'), intent: { type: 'example.try' as const } };
  return empty(page, t('There is no experiment plan here'), sentence, action);
}

function deployAction({ t, trusted, state }: ViewInput): EmptyPage['action'] {
  if (state.study !== null) return null;
  return trusted
    ? { label: t('Deploy plan'), intent: { type: 'plan.deploy' } }
    : { label: t('Manage workspace trust'), intent: { type: 'trust.manage' } };
}

function empty(page: PageName, title: string, sentence: string, action: EmptyPage['action']): EmptyPage {
  return { kind: 'empty', page, title, sentence, action };
}
