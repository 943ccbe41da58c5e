import {
  ablationsPrompt,
  ablationsSchema,
  costsPrompt,
  costsSchema,
  criterionPrompt,
  criterionSchema,
  readValue,
} from '../../core/agents/judgements';
import { freeIds, planWithAblations, trackerWithAblations } from '../../core/plan/appendAblations';
import type { Clock, WorkspaceFiles } from '../../core/ports';
import { mainResult } from '../../core/results/mainResult';
import type { AblationProposal } from '../../core/run/agentsEvent';
import type { StudyDeclaration } from '../../core/run/declaration';
import { studyResult } from '../../core/run/studyResult';
import type { StudyState } from '../../core/run/state';
import type { AgentDesk } from '../agents/desk';
import type { AgentWork } from '../agents/work';
import { askJudge } from '../review/askJudge';
import type { ReviewParts } from '../review/reviewStudy';
import type { StudyRecord } from '../studyRecord';
import { bind } from './checkpoint';

/** Criteria that a model is asked about in one study. */
const maxCriteria = 8;

export interface ConcludeParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly clock: Clock;
  readonly desk: AgentDesk;
  readonly work: AgentWork;
  reviewers(): ReviewParts | null;
  hash(text: string): string;
  pump<T>(work: Promise<T>): Promise<T>;
}

/** What is left to judgement once every run has ended: criteria that no program can read, and ablations. */
export class ConcludeStage {
  constructor(private readonly parts: ConcludeParts) {}

  /** Asks about criteria that no program can judge; what the model says is recorded as the model's word. */
  async criteria(study: StudyDeclaration, signal: AbortSignal): Promise<void> {
    const { record } = this.parts;
    if (this.nobody() || !hasResults(record.state)) return;
    const open = study.criteria.filter(
      ({ block, criterion }) =>
        criterion.criterion === null && record.state.agents.criteria.get(block)?.text !== criterion.text,
    );
    for (const { block, criterion } of open.slice(0, maxCriteria)) {
      const named = await this.named(study);
      const results = resultsText(record.state);
      const judged = await this.parts.pump(
        askJudge(
          this.parts.reviewers(),
          {
            ...{ purpose: `criterion-${block}`, schema: criterionSchema, named },
            prompt: criterionPrompt({ text: criterion.text, named, results }),
          },
          signal,
        ),
      );
      if (signal.aborted || judged.kind === 'nobody') return;
      const { verdict, why } = judged.value;
      record.happened({
        ...{
          type: 'criterion.judged',
          subject: block,
          text: criterion.text,
          verdict,
          why,
          judge: judged.judge,
        },
      });
    }
  }

  /** Designs ablations of a positive main result, once, as a diff of plan and tracker; says why where there are none. */
  async ablations(study: StudyDeclaration, signal: AbortSignal): Promise<void> {
    const { record, files, clock, desk } = this.parts;
    const end = (outcome: 'passed' | 'skipped' | 'waiting', note: string) =>
      record.happened({ type: 'stage.ended', stage: 'ablate', outcome, note });
    if (record.state.agents.ablations !== null) return;
    const result = studyResult(record.state, clock.now());
    const verdict = result && hasResults(record.state) ? mainResult(result).verdict : 'inconclusive';
    if (verdict !== 'positive')
      return end('skipped', `The main result is ${verdict}, so no ablations are designed.`);
    if (this.nobody()) return end('skipped', 'No reviewer is configured, so no ablations were designed.');
    const plan = study.planPath === null ? null : await files.read(study.planPath);
    const tracker = study.trackerPath === null ? null : await files.read(study.trackerPath);
    if (plan === null || study.planPath === null)
      return end('skipped', 'There is no plan to append ablations to.');
    record.happened({ type: 'stage.started', stage: 'ablate' });
    const named = await this.named(study);
    const judged = await this.parts.pump(
      askJudge(
        this.parts.reviewers(),
        {
          ...{ purpose: 'ablations', schema: ablationsSchema, named },
          prompt: ablationsPrompt({ named, results: resultsText(record.state) }),
        },
        signal,
      ),
    );
    if (signal.aborted) return;
    if (judged.kind === 'nobody') return end('skipped', `No ablations were designed. ${judged.why}`);
    const designed = [...judged.value.ablations].sort((one, other) => one.priority - other.priority);
    if (designed.length === 0) return end('passed', 'The reviewer sees nothing to ablate.');
    const { milestone, runs } = freeIds(plan, tracker ?? '', designed.length);
    const numbered = designed.map((each, index) => ({ ...each, id: runs[index]! }));
    const proposals = await this.withCosts(numbered, { milestone, named }, signal);
    if (signal.aborted) return;
    const changed = [
      { path: study.planPath, before: plan, after: planWithAblations(plan, milestone, proposals) },
      ...(tracker === null || study.trackerPath === null
        ? []
        : [
            {
              path: study.trackerPath,
              before: tracker,
              after: trackerWithAblations(tracker, milestone, proposals) ?? tracker,
            },
          ]),
    ];
    const title = `${proposals.length} ablations of the main result`;
    const change = await desk.propose(
      { work: null, purpose: 'ablate', subject: milestone, title, deviations: [] },
      changed,
    );
    if (change === null) return end('skipped', 'Plan and tracker could not take ablations up.');
    record.happened({ type: 'ablations.proposed', proposals, judge: judged.judge, change: change.id });
    end(
      'waiting',
      `${title} wait for you: take change ${change.id}, and they go through implement, review and checkpoint.`,
    );
  }

  /**
   * What ablations cost, in the judgement of the author, who knows the code; where it cannot say, of the one that designed
   * them, or as long as a run of the main milestone took.
   */
  private async withCosts(
    designed: readonly Omit<AblationProposal, 'cost'>[],
    about: { readonly milestone: string; readonly named: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly AblationProposal[]> {
    const { record, work } = this.parts;
    const mean = meanGpuHours(record.state);
    const measured = mean === null ? null : Number(mean.toPrecision(2));
    const author = work.author();
    const costs = new Map<string, { readonly gpuHours: number | null; readonly why: string }>();
    if (author.kind === 'agent') {
      const task = { named: about.named, results: resultsText(record.state), measured };
      const ablations = designed.map(({ id, name, tests }) => ({ id, name, tests }));
      const prompt = costsPrompt({ ...task, ablations });
      // What it wrote all the same is thrown away with its copy.
      const done = await work.run(author, { purpose: 'ablate', subject: about.milestone, prompt }, signal);
      const read = done.kind === 'done' ? readValue(costsSchema, done.text).value : null;
      for (const { id, ...cost } of read?.costs ?? []) costs.set(id, cost);
    }
    return designed.map((each): AblationProposal => {
      const said = costs.get(each.id);
      const gpuHours = said?.gpuHours ?? each.gpuHours ?? measured;
      if (said !== undefined && author.kind === 'agent')
        return { ...each, gpuHours, cost: `${said.why} (${author.name})` };
      return {
        ...{ ...each, gpuHours },
        cost: measured === null ? '' : `A run of the main milestone took ${measured} GPU-h.`,
      };
    });
  }

  private nobody(): boolean {
    return (this.parts.reviewers()?.reviewers.length ?? 0) === 0;
  }

  private async named(study: StudyDeclaration): Promise<readonly string[]> {
    const { files } = await bind(study, this.parts.files, (text) => this.parts.hash(text));
    const results = study.jobs.flatMap(({ metrics }) => metrics.map(({ file }) => file));
    const documents = [study.planPath, study.manifestPath].filter((path) => path !== null);
    return [...new Set([...documents, ...Object.keys(files), ...results])].slice(0, 200);
  }
}

function hasResults(state: StudyState): boolean {
  return [...state.jobs.values()].some(({ phase, obsolete }) => phase.kind === 'completed' && !obsolete);
}

/** Numbers by run, as the files hold them. */
function resultsText(state: StudyState): string {
  return [...state.jobs.values()]
    .filter(({ phase, obsolete }) => phase.kind === 'completed' && !obsolete)
    .slice(0, 200)
    .map(({ job, phase }) => {
      const metrics = phase.kind === 'completed' ? phase.metrics : [];
      const numbers = metrics.map(({ name, value, file }) => `${name} = ${value} (${file})`).join(', ');
      return `${job.id} (${job.system ?? 'no system'}, seed ${job.seed ?? 'none'}): ${numbers}`;
    })
    .join('\n');
}

/** GPU-hours that runs of main milestones took, measured; null: none used a GPU. */
function meanGpuHours(state: StudyState): number | null {
  const hours = [...state.jobs.values()].flatMap(({ job, phase, attempts }) => {
    const kind = state.milestones.get(job.milestone ?? '')?.milestone.kind;
    const last = attempts.at(-1);
    if (kind !== 'main' || phase.kind !== 'completed' || last?.startedAt == null || last.endedAt === null)
      return [];
    return last.gpus.length === 0 ? [] : [((last.endedAt - last.startedAt) / 3_600_000) * last.gpus.length];
  });
  return hours.length === 0 ? null : hours.reduce((sum, each) => sum + each, 0) / hours.length;
}
