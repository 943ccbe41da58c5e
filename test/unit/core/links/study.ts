import { parseManifest } from '../../../../src/core/manifest/parseManifest';
import { parsePlan } from '../../../../src/core/plan/parsePlan';
import { parseTracker } from '../../../../src/core/plan/parseTracker';
import type { FileEdit, StudyDocuments } from '../../../../src/core/links/model';

export interface Texts {
  readonly plan: string | null;
  readonly tracker: string | null;
  readonly manifest: string | null;
}

export const files = {
  plan: 'refine-logs/EXPERIMENT_PLAN.md',
  tracker: 'refine-logs/EXPERIMENT_TRACKER.md',
  manifest: 'refine-logs/experiments.yaml',
} as const;

/** Documents as the editor reads them. */
export function study({ plan, tracker, manifest }: Partial<Texts>): StudyDocuments {
  return {
    plan: plan == null ? null : { kind: 'plan', file: files.plan, text: plan, read: parsePlan(plan) },
    tracker:
      tracker == null
        ? null
        : { kind: 'tracker', file: files.tracker, text: tracker, read: parseTracker(tracker) },
    manifest:
      manifest == null
        ? null
        : { kind: 'manifest', file: files.manifest, text: manifest, read: parseManifest(manifest) },
  };
}

/** The texts after edits, as an editor would make them. */
export function edited(texts: Texts, edits: readonly FileEdit[]): Texts {
  const apply = (file: string, text: string | null) =>
    text === null
      ? null
      : edits
          .filter((edit) => edit.file === file)
          .sort((one, other) => other.from - one.from)
          .reduce((now, { from, to, text: put }) => now.slice(0, from) + put + now.slice(to), text);
  return {
    plan: apply(files.plan, texts.plan),
    tracker: apply(files.tracker, texts.tracker),
    manifest: apply(files.manifest, texts.manifest),
  };
}

export const small: Texts = {
  plan: `# Experiment Plan: Clipping

### B1: Clipping against none
- **Metrics**: accuracy
- **Success criterion**: accuracy > 1 pp over sgd
- **Priority**: MUST-RUN

## Run Order and Milestones

| Milestone | Goal | Runs | Decision Gate | Cost |
|-----------|------|------|---------------|------|
| M0: Sanity | It runs | R001 | accuracy > 0.1 | 0.1 GPU-h |
| M1: Main | Compare | R002-R004, R006 | accuracy > 0.5 | 2 GPU-h |

R002 is the run to beat; see \`results/R002.json\`, made by \`python train.py --run R002\`.

\`\`\`bash
python train.py --run R002
\`\`\`
`,
  tracker: `# Tracker

| Run ID | Milestone | System / Variant | Metrics | Priority | Status | Notes |
|--------|-----------|------------------|---------|----------|--------|-------|
| R001 | M0 | sgd, seed 1 | accuracy | MUST-RUN | DONE | |
| \`R002\` | M1 | sgd, seed 1 | accuracy | MUST-RUN | TODO | with R003 |
| R003 | M1 | clip, seed 1 | accuracy | MUST-RUN | TODO | |
| R005 | M1 | clip, seed 2 | accuracy | NICE-TO-HAVE | TODO | |
`,
  manifest: `project: clip
jobs:
  - { id: R001, milestone: M0, system: sgd, cmd: "python train.py --run R001", metrics: { accuracy: "results/R001.json#/a" } }
  - id: R002
    milestone: M1
    system: sgd
    cmd: python train.py --run R002 --out results/R002.json
    expected_output: results/R002.json
  - id: "R003"
    milestone: M1
    baseline: R002
    depends_on: [R001, R002]
    cmd: python -m lib.train --run R003
phases:
  - name: sweep
    milestone: M1
    depends_on: R002
    grid: { seed: [1, 2] }
    template:
      id: "s\${seed}"
      cmd: "bash run.sh \${seed}"
`,
};
