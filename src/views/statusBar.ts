import { describeStanding } from './header';
import { shownState, type ViewInput } from './input';
import { milestoneProgress } from './milestones';
import { needsCount } from './needs';
import { deployed } from './runRow';
import { studyIndex } from './studyIndex';
import { describeUnreachable } from './words';

export interface StatusBarView {
  /** With `$(codicon)`s; null: nothing to show. */
  readonly text: string | null;
  readonly tooltip: string;
  /** For screen readers, without icons. */
  readonly label: string;
  readonly tone: 'plain' | 'ask';
}

/** `$(sync~spin) Bridge 14/18`, `$(bell-dot) Bridge: needs you (2)`. */
export function statusBarView(
  input: Pick<ViewInput, 'state' | 'inputs' | 'driving' | 'trusted' | 'now' | 't'>,
): StatusBarView {
  const { t } = input;
  const state = shownState(input);
  const tooltip = describeStanding(state, input);
  const index = studyIndex(state);
  const hidden = state.study === null && input.inputs.planPath === null && input.inputs.trackerPath === null;
  if (hidden) return { text: null, tooltip, label: '', tone: 'plain' };
  const needed = needsCount(input);
  const done = index.counts.get('completed') ?? 0;
  const total = milestoneProgress(state).reduce((sum, milestone) => sum + milestone.total, 0);
  const progress = total === 0 ? '' : ` ${done}/${total}`;
  const view = (icon: string, words: string, tone: 'plain' | 'ask' = 'plain'): StatusBarView => ({
    ...{ text: `$(${icon}) ${words}`, tooltip, tone },
    label: `${words}. ${tooltip}`,
  });
  if (needed > 0) return view('bell-dot', t('Bridge: needs you ({0})', needed), 'ask');
  if (!input.trusted) return view('lock', t('Bridge: Restricted Mode'));
  const silent = index.running.find(({ status }) => status === 'unreachable')?.attempt;
  if (silent) {
    const words = describeUnreachable(silent.host, silent.unreachableSince ?? null, t);
    return view('debug-disconnect', `Bridge${progress} · ${words}`);
  }
  if (index.running.length > 0) return view('sync~spin', `Bridge${progress}`);
  if (state.ended !== null)
    return view(state.ended.outcome === 'done' ? 'check' : 'circle-slash', `Bridge${progress}`);
  return view('beaker', deployed(state) ? `Bridge${progress}` : t('Bridge: ready'));
}
