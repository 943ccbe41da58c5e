import type { Clock } from '../../core/ports';
import { judgeGate } from '../../core/results/judgeGate';
import { studyResult } from '../../core/run/studyResult';
import type { StudyRecord } from '../studyRecord';
import type { Collector } from './collect';

export interface MilestoneJudgeParts {
  readonly record: StudyRecord;
  readonly clock: Clock;
  readonly collector: Collector;
}

/** Judges milestones whose runs have all ended by their decision gates. */
export class MilestoneJudge {
  constructor(private readonly parts: MilestoneJudgeParts) {}

  /** Records the verdict; a milestone of sanity ends that stage too, and its results are written. */
  async judge(id: string): Promise<void> {
    const { record, clock, collector } = this.parts;
    const result = studyResult(record.state, clock.now());
    const milestone = result?.milestones.find((each) => each.id === id);
    if (!result || !milestone) return;
    const { verdict, why } = judgeGate(milestone, result, record.state.study?.options.language ?? 'en');
    record.happened({ type: 'gate.judged', milestone: id, verdict, why, by: 'Bridge' });
    if (milestone.kind !== 'sanity') return;
    const outcome = verdict === 'passed' ? 'passed' : 'failed';
    record.happened({ type: 'stage.ended', stage: 'sanity', outcome, note: why });
    await collector.writeResults('Results after sanity');
  }

  /** Judges again what was judged before runs were evaluated anew. */
  async judgeAgain(runs: readonly string[]): Promise<void> {
    const { state } = this.parts.record;
    const milestones = new Set(runs.map((run) => state.jobs.get(run)?.job.milestone ?? ''));
    for (const milestone of milestones)
      if (this.parts.record.state.milestones.get(milestone)?.gate) await this.judge(milestone);
  }
}
