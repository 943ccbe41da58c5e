import { openRentals, usdPerHour } from '../core/run/rentals';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';
import type { NeedView } from '../protocol/view';
import type { ViewInput } from './input';
import { milestoneLabel } from './runs';
import { studyIndex, type RunEntry } from './studyIndex';
import { describeList, describeUnreachable } from './words';

type NoticesInput = Pick<ViewInput, 'driving' | 'trusted' | 'now' | 't'>;

/** What a person should know and nobody else will act upon, one notice a thing. */
export function notices(state: StudyState, input: NoticesInput): readonly NeedView[] {
  return [
    ...gates(state, input),
    ...rentedAlone(state, input),
    ...disputes(state, input.t),
    ...unreachable(state, input),
    ...flagged(state, input),
    ...stranded(state, input),
  ];
}

function gates(state: StudyState, { t }: NoticesInput): readonly NeedView[] {
  return [...state.milestones.values()].flatMap(({ milestone, gate }): NeedView[] =>
    gate?.verdict === 'failed'
      ? [
          {
            kind: 'notice',
            id: `gate:${milestone.id}`,
            at: state.ended?.at ?? 0,
            title: t('The gate of {0} failed', milestoneLabel(milestone.id, milestone.name)),
            sentence: t('{0}. What follows it does not start. Mend the cause and deploy again.', gate.why),
          },
        ]
      : [],
  );
}

/** Machines that cost money while nobody is there who gives them back. */
function rentedAlone(state: StudyState, { driving, t }: NoticesInput): readonly NeedView[] {
  if (driving) return [];
  return openRentals(state.rentals).map((each) => ({
    kind: 'notice',
    id: `rented:${each.rental}`,
    at: each.requestedAt,
    title: t('{0} costs ${1} an hour', each.rental, usdPerHour(each).toFixed(2)),
    sentence: t(
      'Nothing drives this study, so nobody gives it back. "Bridge: Destroy Rented Machines" does; else its lease ends it.',
    ),
  }));
}

/** Tracker rows where a person's word and Bridge's record differ, until one of them gives way. */
function disputes(state: StudyState, t: Translate): readonly NeedView[] {
  const open = new Map<string, NeedView>();
  for (const { at, event } of state.timeline) {
    if (event.type === 'job.retried') open.delete(event.job);
    if (event.type !== 'tracker.disputed') continue;
    open.set(event.job, {
      kind: 'notice',
      id: `dispute:${event.job}`,
      at,
      title: t('The tracker and Bridge disagree about {0}', event.job),
      sentence: t(
        'The tracker says "{0}", Bridge found {1}. Your word stands; Bridge wrote its own into the notes.',
        event.theirs,
        event.ours,
      ),
    });
  }
  return [...open.values()];
}

function unreachable(state: StudyState, { t, now }: NoticesInput): readonly NeedView[] {
  const byHost = new Map<string, RunEntry[]>();
  for (const entry of studyIndex(state).running)
    if (entry.status === 'unreachable')
      byHost.set(entry.host ?? '', [...(byHost.get(entry.host ?? '') ?? []), entry]);
  return [...byHost].map(([host, entries]) => ({
    kind: 'notice',
    id: `unreachable:${host}`,
    at: now,
    title: describeUnreachable(host, entries[0]?.attempt?.unreachableSince ?? null, t),
    sentence: t(
      '{0} may still be running there. Bridge keeps asking and starts nothing twice.',
      describeList(
        entries.map(({ id }) => id),
        t,
      ),
    ),
  }));
}

function flagged(state: StudyState, { t, now }: NoticesInput): readonly NeedView[] {
  return studyIndex(state).running.flatMap(({ id, job, attempt }): NeedView[] =>
    job === null || job.flags.length === 0
      ? []
      : [
          {
            kind: 'notice',
            id: `flag:${attempt?.key ?? id}`,
            at: attempt?.startedAt ?? now,
            title: t('{0} deserves a look', id),
            sentence: t('{0}. It goes on; cancel it if it should not.', job.flags.join('; ')),
          },
        ],
  );
}

/** Approved work that nobody drives: the driver was stopped, or the machine was restarted. */
function stranded(state: StudyState, { driving, trusted, now, t }: NoticesInput): readonly NeedView[] {
  if (driving || state.ended !== null || state.checkpoint.kind !== 'approved' || state.timeline.length === 0)
    return [];
  const index = studyIndex(state);
  const open = index.entries.filter(
    ({ status, milestone }) =>
      status === 'running' ||
      status === 'unreachable' ||
      (status === 'pending' && index.order.open.has(milestone)),
  );
  if (open.length === 0) return [];
  return [
    {
      kind: 'notice',
      id: 'stranded',
      at: now,
      title: t('Nothing drives this study now'),
      sentence: trusted
        ? t(
            '{0} have not ended. "Bridge: Deploy Plan" goes on where it stopped.',
            describeList(
              open.map(({ id }) => id),
              t,
            ),
          )
        : t(
            '{0} have not ended. Trust this workspace to go on.',
            describeList(
              open.map(({ id }) => id),
              t,
            ),
          ),
    },
  ];
}
