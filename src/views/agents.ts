import { activeWorks, openChanges, openPermissions, type Permission, type Work } from '../core/run/agents';
import type { Deviation } from '../core/run/agentsEvent';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';
import type { ActivityView, ChangeNeed, FindingNeed, PermissionNeed } from '../protocol/agents';
import { describeWork } from './describeAgentsEvent';
import { isUnsettled, shownFindings } from './findings';
import type { ViewInput } from './input';
import type { TreeNode } from './tree';
import { describeDuration, fileCount, type StatusLook } from './words';

/** Who does what, in one sentence. */
export function workSentence({ purpose, agent, subject, end }: Work, t: Translate): string {
  const what = describeWork(purpose, end?.client ?? agent, t);
  return subject === null ? what : t('{0} ({1})', what, subject);
}

/** What it did last, what it cost, how long it has been at it. */
export function workDetail(work: Work, now: number, t: Translate): string {
  const { lastSign, tokens, usd, startedAt, lastSignAt, silentMinutes } = work;
  return [
    silentMinutes === null ? null : t('has said nothing for {0} minutes', Math.round(silentMinutes)),
    lastSign,
    tokens === null ? null : t('{0} tokens', tokens.toLocaleString('en')),
    usd === null ? null : `$${usd.toFixed(2)}`,
    describeDuration(Math.max(0, now - startedAt), t),
    t('last sign {0} ago', describeDuration(Math.max(0, now - lastSignAt), t)),
  ]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
}

export function activityViews({ agents }: StudyState, now: number, t: Translate): readonly ActivityView[] {
  return activeWorks(agents).map((work) => ({
    work: work.id,
    sentence: workSentence(work, t),
    detail: workDetail(work, now, t),
    stalled: work.silentMinutes !== null,
  }));
}

/** Who asks for what, without the command itself. */
export function permissionTitle(permission: Permission, { agents }: StudyState, t: Translate): string {
  const work = permission.work === null ? undefined : agents.works.get(permission.work);
  const who = work === undefined ? 'Bridge' : work.agent;
  switch (permission.kind) {
    case 'run':
      return t('{0} asks to run a command', who);
    case 'edit':
      return t('{0} asks to change files', who);
    case 'read':
      return t('{0} asks to read files', who);
    case 'other':
      return t('{0} asks: {1}', who, permission.title ?? t('a request'));
  }
}

export function describeDeviation({ kind, file, line, was, is }: Deviation, t: Translate): string {
  const what = {
    'batch-size': t('effective batch size'),
    'learning-rate': t('learning rate'),
    data: t('data'),
    split: t('split'),
    metric: t('metric'),
    seed: t('seed'),
  }[kind];
  return t('{0}: {1} becomes {2} ({3}:{4})', what, was, is, file, line);
}

export function permissionNeeds(state: StudyState, t: Translate): readonly PermissionNeed[] {
  return openPermissions(state.agents).map((each) => ({
    ...{ kind: 'permission', id: `permission:${each.id}`, at: each.askedAt, permission: each.id },
    ...{ title: permissionTitle(each, state, t), command: each.command, paths: each.paths },
    // With traces off the request lies only where it can be answered.
    hasMore: each.kind === 'edit' || each.command === null,
  }));
}

export function changeNeeds({ agents }: StudyState, t: Translate): readonly ChangeNeed[] {
  return openChanges(agents).map(({ id, at, title, files, deviations }) => ({
    ...{ kind: 'change', id: `change:${id}`, at, change: id, title },
    files: files.map(({ path, added, removed, standing, refused }) => ({
      ...{ path, added, removed, canTake: standing === 'open' || standing === 'partly' },
      note: {
        open: '',
        partly: t('the rest waits'),
        taken: t('taken'),
        conflict: t('edited meanwhile, left alone'),
        refused: refused ?? t('refused'),
      }[standing],
    })),
    deviations: deviations.map((each) => describeDeviation(each, t)),
  }));
}

/** Critical findings always, the others while an approval is asked for; what was waived or resolved is settled. */
export function findingNeeds(
  state: StudyState,
  contentHash: string | null,
  t: Translate,
): readonly FindingNeed[] {
  return shownFindings(state, contentHash)
    .filter(
      (finding) =>
        isUnsettled(finding) && (finding.severity === 'CRITICAL' || state.checkpoint.kind === 'shown'),
    )
    .map((finding) => ({
      ...{ kind: 'finding', id: `finding:${finding.origin}:${finding.id}`, at: finding.at },
      ...{ finding: finding.id, severity: finding.severity, title: finding.title },
      ...{ why: finding.why, fix: finding.fix, file: finding.file, line: finding.line },
      origin: finding.model ?? t('Bridge check'),
      canOpen: finding.place === 'found',
      standing: finding.standing === 'disputed' ? 'disputed' : 'open',
      stale: finding.stale,
      said: finding.entries.filter(({ text }) => text !== '').map(({ by, text }) => `${by}: ${text}`),
    }));
}

/** Agents in the sidebar: who is at work, what waits for an answer, what was found in the code. */
export function agentNodes({ state, contentHash, now, t }: ViewInput): readonly TreeNode[] {
  const node = (
    kind: 'work' | 'permission' | 'change' | 'findings',
    name: string,
    look: StatusLook,
    words: { readonly label: string; readonly description: string; readonly tooltip: string },
  ): TreeNode => ({
    ...{ id: `${kind}:${name}`, kind: 'agent', name, look, context: `agent;${kind};`, line: null },
    ...words,
    spoken: [words.label, words.description].filter((part) => part !== '').join(', '),
  });
  const works = activeWorks(state.agents).map((work) => {
    const detail = workDetail(work, now, t);
    const look = work.silentMinutes === null ? looks.work : looks.stalled;
    const label = workSentence(work, t);
    return node('work', work.id, look, { label, description: detail, tooltip: `${label}\n\n${detail}` });
  });
  const permissions = permissionNeeds(state, t).map(({ permission, title, command }) =>
    node('permission', permission, looks.asks, {
      ...{ label: title, description: command ?? '', tooltip: command ?? title },
    }),
  );
  const changes = changeNeeds(state, t).map(({ change, title, files, deviations }) =>
    node('change', change, looks.change, {
      ...{ label: title, description: fileCount(files.length, t) },
      tooltip: [title, ...files.map(({ path }) => path), ...deviations].join('\n\n'),
    }),
  );
  const open = shownFindings(state, contentHash ?? null).filter(isUnsettled);
  const counts = [
    [open.filter(({ severity }) => severity === 'CRITICAL').length, t('critical')],
    [open.filter(({ severity }) => severity === 'MAJOR').length, t('major')],
  ] as const;
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const stale = open.some((finding) => finding.stale) ? [t('edited since')] : [];
  const findings =
    said.length === 0
      ? []
      : [
          node('findings', '', counts[0][0] > 0 ? looks.critical : looks.findings, {
            ...{ label: t('Findings in the code'), description: [...said, ...stale].join(' · ') },
            tooltip: open.map(({ file, line, title }) => `${file}:${line} ${title}`).join('\n\n'),
          }),
        ];
  return [...permissions, ...changes, ...works, ...findings];
}

const looks = {
  work: { icon: 'sync', color: 'charts.blue' },
  stalled: { icon: 'warning', color: 'list.warningForeground' },
  asks: { icon: 'question', color: 'charts.yellow' },
  change: { icon: 'diff', color: 'charts.yellow' },
  critical: { icon: 'error', color: 'list.errorForeground' },
  findings: { icon: 'comment-discussion', color: 'list.warningForeground' },
} as const satisfies Record<string, StatusLook>;
