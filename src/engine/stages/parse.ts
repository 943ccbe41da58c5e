import type { Job, Manifest } from '../../core/manifest/model';
import { parseManifest } from '../../core/manifest/parseManifest';
import type { Milestone, MilestoneKind, Plan, Tracker, TrackerRow } from '../../core/plan/model';
import { parsePlan } from '../../core/plan/parsePlan';
import { planTopic } from '../../core/plan/planTopic';
import { parseTracker } from '../../core/plan/parseTracker';
import { milestoneKind } from '../../core/plan/words';
import type { WorkspaceFiles } from '../../core/ports';
import type { DeclaredMilestone, DeclaredRun, StudyDeclaration } from '../../core/run/declaration';
import type { RequestedOptions } from '../../core/run/options';
import type { Problem } from '../../core/text/span';
import { findMilestone } from './findMilestone';
import { withNotes } from './notedOptions';
import { findInput, type FoundInput, inputPlaces } from '../inputs';

export interface LoadRequest {
  readonly kind: 'plan' | 'queue';
  /** Paths as the person gave them, relative to the workspace; null: the usual places. */
  readonly plan: string | null;
  readonly tracker: string | null;
  readonly manifest: string | null;
  readonly target: string;
  readonly options: RequestedOptions;
  /** The program whose wish this is; absent: a person's. */
  readonly askedBy?: string | null;
  /** Goes on without a run manifest: somebody will write one. */
  readonly withoutManifest?: boolean;
  /** Settings as this call said them: reviewers are found with them. */
  readonly said?: Readonly<Record<string, unknown>>;
}

export type Loaded =
  | {
      readonly ok: true;
      readonly study: StudyDeclaration;
      readonly manifest: Manifest;
      readonly plan: Plan | null;
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads plan, tracker, manifest and notes into what is to be run. Everything that is wrong is said at once. */
export async function loadStudy(files: Pick<WorkspaceFiles, 'read'>, request: LoadRequest): Promise<Loaded> {
  const [planFile, trackerFile, manifestFile, notesFile] = await Promise.all([
    request.kind === 'queue' ? null : findInput(files, 'plan', request.plan),
    request.kind === 'queue' ? null : findInput(files, 'tracker', request.tracker),
    findInput(files, 'manifest', request.manifest),
    findInput(files, 'notes'),
  ]);
  if (request.kind === 'plan' && request.plan !== null && !planFile)
    return missing('plan', `There is no plan at ${request.plan}, nor at refine-logs/${request.plan}.`);
  if (request.kind === 'plan' && !planFile && !trackerFile)
    return missing(
      'plan',
      `No plan was found. Looked for ${[...inputPlaces.plan, ...inputPlaces.tracker].join(', ')}. What should be run? "bridge template" prints a plan to start from; in the editor, use "Bridge: New Experiment Plan".`,
    );
  const mayLack = request.kind === 'plan' && request.manifest === null && request.withoutManifest === true;
  if (!manifestFile && !mayLack)
    return missing(
      'manifest',
      request.manifest !== null
        ? `There is no run manifest at ${request.manifest}.`
        : `Nothing says how the runs are started: no ${inputPlaces.manifest[0]} was found. Write one with a job for each run (docs/manifest.md has an example), or configure an author agent.`,
    );

  const plan = planFile ? parsePlan(planFile.text) : null;
  const tracker = trackerFile ? parseTracker(trackerFile.text) : null;
  const manifest = manifestFile ? readManifest(manifestFile) : noManifest;
  const manifestPath = manifestFile?.path ?? inputPlaces.manifest[0];
  const inFile = (problems: readonly Problem[], file: string) =>
    problems.map((problem) => ({ ...problem, file: problem.file ?? file }));
  const problems: Problem[] = [
    ...(plan && planFile ? inFile(plan.problems, planFile.path) : []),
    ...(tracker && trackerFile ? inFile(tracker.problems, trackerFile.path) : []),
    ...inFile(manifest.problems, manifestPath),
  ];
  if (manifest.problems.some((problem) => problem.severity === 'error')) return { ok: false, problems };

  const named = (plan?.milestones.length ?? 0) + (plan?.runs.length ?? 0) + (tracker?.rows.length ?? 0);
  if (request.kind === 'plan' && named === 0)
    return { ok: false, problems: [...problems, noRuns(planFile, trackerFile, manifestPath)] };

  const assembly = assemble(request.kind, plan, tracker, manifest, {
    tracker: trackerFile?.path ?? '',
    plan: planFile?.path ?? '',
    manifest: manifestPath,
  });
  problems.push(...assembly.problems);
  const title = plan?.title || manifest.project || 'Experiments';
  const study: StudyDeclaration = {
    kind: request.kind,
    title,
    topic: planTopic(title),
    planPath: planFile?.path ?? null,
    trackerPath: trackerFile?.path ?? null,
    manifestPath,
    target: request.target,
    options: withNotes(request.options, notesFile?.text ?? null),
    milestones: assembly.milestones,
    runs: assembly.runs,
    jobs: withSlurm(assembly.jobs, request),
    criteria: (plan?.blocks ?? []).flatMap(({ id, title: block, priority, systems, successCriterion }) =>
      successCriterion
        ? [{ block: id, title: block, priority, systems: systems?.text ?? null, criterion: successCriterion }]
        : [],
    ),
    datasets: (plan?.blocks ?? []).flatMap(({ dataset }) => (dataset ? [dataset.text] : [])),
    statedGpuHours: plan?.totalGpuHours?.high ?? null,
    primaryMetric: manifest.primaryMetric,
    evaluation: manifest.evaluation,
    baselines: manifest.baselines,
    data: manifest.data,
    gpus: manifest.gpus,
    maxParallel: manifest.maxParallel,
    gpuFreeThresholdMiB: manifest.gpuFreeThresholdMiB,
    notes: assembly.notes,
  };
  return { ok: true, study, manifest, plan, problems };
}

/** Where nobody has written one yet. */
const noManifest: Manifest = {
  ...{ project: null, ssh: null, gpus: null, maxParallel: null, gpuFreeThresholdMiB: 500 },
  ...{ primaryMetric: null, evaluation: null, baselines: {}, data: [], phases: [], jobs: [], problems: [] },
};

/** On a cluster, settings say what the manifest leaves open. */
function withSlurm(jobs: readonly Job[], { target, options: { slurm } }: LoadRequest): readonly Job[] {
  if (slurm === undefined || !/^slurm\b/.test(target)) return jobs;
  return jobs.map((job) => ({ ...job, slurm: { ...slurm, ...job.slurm } }));
}

/** The same text says the same: a manifest of thousands of runs is parsed once, however often it is looked at. */
let lastRead: { readonly text: string; readonly path: string; readonly manifest: Manifest } | null = null;

function readManifest({ text, path }: { text: string; path: string }): Manifest {
  if (lastRead?.text !== text || lastRead.path !== path)
    lastRead = { text, path, manifest: parseManifest(text, path) };
  return lastRead.manifest;
}

function missing(code: string, message: string): Loaded {
  return {
    ok: false,
    problems: [{ severity: 'error', code: `input.no-${code}`, message, span: null, file: null }],
  };
}

/** Nothing is run that no plan asks for. */
function noRuns(plan: FoundInput | null, tracker: FoundInput | null, manifest: string): Problem {
  const start = { offset: 0, line: 1, column: 1 };
  return {
    severity: 'error',
    code: 'plan.no-runs',
    message: `This names neither milestones nor runs, so there is nothing to run. Add a milestone table or a tracker with the runs of ${manifest}, or run the manifest alone: "bridge queue ${manifest}".`,
    span: { start, end: start },
    file: plan?.path ?? tracker?.path ?? null,
  };
}

interface Assembly {
  readonly milestones: DeclaredMilestone[];
  readonly runs: DeclaredRun[];
  readonly jobs: Job[];
  readonly problems: Problem[];
  readonly notes: string[];
}

/** Joins plan, tracker and manifest by run id and milestone. */
function assemble(
  kind: 'plan' | 'queue',
  plan: Plan | null,
  tracker: Tracker | null,
  manifest: Manifest,
  paths: { tracker: string; plan: string; manifest: string },
): Assembly {
  const problems: Problem[] = [];
  const notes: string[] = [];
  const rows = new Map<string, TrackerRow>(
    [...(plan?.runs ?? []), ...(tracker?.rows ?? [])].map((row) => [row.id, row]),
  );
  if (kind === 'queue') return { milestones: [], runs: [], jobs: [...manifest.jobs], problems, notes };

  const planned = plan?.milestones ?? [];
  const ofRun = new Map(
    planned.flatMap((milestone) => milestone.runs.map((run) => [run, milestone.id] as const)),
  );
  const milestones: DeclaredMilestone[] = planned.map((milestone) => declare(milestone));
  const canonical = (name: string): string => findMilestone(milestones, name) ?? name;
  const place = (job: Job): string =>
    canonical(job.milestone ?? rows.get(job.id)?.milestone ?? ofRun.get(job.id) ?? job.phase ?? 'runs');

  const jobs: Job[] = [];
  const unlisted = new Map<string, Job[]>();
  for (const job of manifest.jobs) {
    const row = rows.get(job.id);
    const milestone = place(job);
    const known =
      row !== undefined ||
      ofRun.has(job.id) ||
      (job.milestone !== null && milestones.some((each) => each.id === milestone));
    if (!known && (rows.size > 0 || ofRun.size > 0)) {
      const message = `Run "${job.id}" stands neither in the plan nor in the tracker, so it is not run. Add it to the tracker, or remove it here.`;
      problems.push({
        severity: 'warning',
        code: 'manifest.unknown-run',
        message,
        span: job.span,
        file: paths.manifest,
      });
      notes.push(`${job.id} stands in the manifest only and was not run.`);
      continue;
    }
    if (row?.status === 'cancelled') {
      notes.push(`${job.id} is marked "${row.statusCell?.text ?? 'cut'}" in the tracker and was not run.`);
      continue;
    }
    const listing = planned.filter(({ runs }) => runs.includes(job.id)).map(({ id }) => id);
    if (listing.length > 0 && !listing.includes(milestone)) {
      const message = `Run "${job.id}" stands under ${listing.join(', ')} in the plan and belongs to ${milestone} here, as a part of which it runs. Make them agree.`;
      const [severity, code] = ['warning', 'manifest.milestone-differs'] as const;
      problems.push({ severity, code, message, span: job.span, file: paths.manifest });
    }
    if (!milestones.some((each) => each.id === milestone)) milestones.push(declareByName(milestone));
    if (tracker && row === undefined && !ofRun.has(job.id)) {
      const group = job.phase ?? job.id;
      unlisted.set(group, [...(unlisted.get(group) ?? []), job]);
    }
    jobs.push({ ...job, milestone, system: job.system ?? row?.system ?? null });
  }

  for (const [group, [first, ...others]] of unlisted) {
    const milestone = first?.milestone ?? '';
    const message =
      others.length === 0
        ? `Run "${group}" stands neither in the plan nor in the tracker by name. It runs as a part of milestone ${milestone}; add a tracker row to see its status there.`
        : `Phase "${group}" with ${others.length + 1} runs stands neither in the plan nor in the tracker by name. It runs as a part of milestone ${milestone}; add a tracker row to see its status there.`;
    const span = first?.span ?? null;
    problems.push({
      severity: 'warning',
      code: 'manifest.unlisted-run',
      message,
      span,
      file: paths.manifest,
    });
  }

  const byId = new Set(jobs.map((job) => job.id));
  const runs = [...rows.values()].map((row): DeclaredRun => {
    const standing =
      row.status === 'cancelled'
        ? 'cut'
        : byId.has(row.id)
          ? 'listed'
          : row.status === 'done'
            ? 'elsewhere'
            : 'missing';
    if (standing === 'missing') {
      const severity = row.priority === 'nice-to-have' ? 'info' : 'warning';
      const message = `Run "${row.id}" has no entry in ${paths.manifest}, so nothing says how to start it. Add a job with this id.`;
      problems.push({
        severity,
        code: 'tracker.no-job',
        message,
        span: row.span,
        file: paths.tracker || paths.plan,
      });
      notes.push(`${row.id} has no entry in the manifest and was not run.`);
    }
    const milestone = row.milestone === null ? (ofRun.get(row.id) ?? null) : canonical(row.milestone);
    return {
      id: row.id,
      milestone,
      priority: row.priority,
      system: row.system,
      statusText: row.statusCell?.text ?? '',
      line: row.span.start.line,
      standing,
    };
  });
  return { milestones, runs, jobs, problems, notes };
}

function declare(milestone: Milestone): DeclaredMilestone {
  const { id, name, kind, gate, gpuHours, span } = milestone;
  return { id, name, kind, gate, estimatedGpuHours: gpuHours, line: span.start.line };
}

function declareByName(name: string): DeclaredMilestone {
  const kind: MilestoneKind = milestoneKind(name, name, '');
  return { id: name, name, kind, gate: null, estimatedGpuHours: null, line: null };
}
