import type { DoctorPage } from '../../../src/protocol/doctor';
import type { MilestoneProgress } from '../../../src/protocol/view';
import type { RunStatus } from '../../../src/protocol/runs';
import type { IconName } from './Icon';

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'quiet' | 'accent';

export interface Mark {
  readonly icon: IconName;
  readonly tone: Tone;
}

/** Icon and colour of each status; the word comes from the catalogue. */
export const statusMarks: Readonly<Record<RunStatus, Mark>> = {
  pending: { icon: 'waits', tone: 'quiet' },
  paused: { icon: 'paused', tone: 'quiet' },
  running: { icon: 'running', tone: 'busy' },
  unreachable: { icon: 'unreachable', tone: 'warn' },
  completed: { icon: 'done', tone: 'good' },
  failed: { icon: 'failed', tone: 'bad' },
  stuck: { icon: 'stuck', tone: 'warn' },
  skipped: { icon: 'skipped', tone: 'quiet' },
  cancelled: { icon: 'cancelled', tone: 'quiet' },
};

export const milestoneMarks: Readonly<Record<MilestoneProgress['state'], Mark>> = {
  done: { icon: 'done', tone: 'good' },
  running: { icon: 'running', tone: 'busy' },
  waiting: { icon: 'waits', tone: 'quiet' },
  failed: { icon: 'failed', tone: 'bad' },
  empty: { icon: 'empty', tone: 'quiet' },
};

export const doctorMarks: Readonly<Record<DoctorPage['checks'][number]['state'], Mark>> = {
  ok: { icon: 'done', tone: 'good' },
  missing: { icon: 'failed', tone: 'bad' },
  optional: { icon: 'empty', tone: 'quiet' },
  unknown: { icon: 'unreachable', tone: 'warn' },
};
