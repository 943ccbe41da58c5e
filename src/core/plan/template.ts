/** A study to start from: plan, tracker and manifest that fit each other and read without a problem. */

export const planTemplate = `# Experiment Plan: (what you want to find out)

**Problem**: (the question, and why its answer matters)
**Method Thesis**: (what you believe, so plainly that it could turn out wrong)

## Claim Map

| Claim | Why It Matters | Minimum Convincing Evidence | Linked Blocks |
|-------|----------------|-----------------------------|---------------|
| C1. The method beats the baseline | (why) | Mean accuracy more than 1 pp over the baseline, 3 seeds each | B1 |

## Experiment Blocks

### Block 1: The method against the baseline
- **Claim tested**: C1.
- **Dataset / split / task**: (data set, split, task)
- **Compared systems**: method, baseline.
- **Metrics**: accuracy.
- **Setup details**: (backbone, hyperparameters), seeds 1-3.
- **Success criterion**: accuracy > 1 pp over baseline
- **Failure interpretation**: (what it would mean)
- **Priority**: MUST-RUN

## Run Order and Milestones

| Milestone | Goal | Runs | Decision Gate | Cost | Risk |
|-----------|------|------|---------------|------|------|
| M0: Sanity | Data, training and evaluation work | R001 | accuracy > 0.1 | 0.1 GPU-h | A wrong path |
| M1: Baseline | A number to beat | R002-R004 | accuracy > 0.5 | 3 GPU-h | |
| M2: Main method | The method itself | R005-R007 | accuracy > 0.5 | 3 GPU-h | |

## Compute and Data Budget
- **Total estimated GPU-hours**: 6.1 GPU-h
`;

const row = (id: string, milestone: string, purpose: string, system: string): string =>
  `| ${id} | ${milestone} | ${purpose} | ${system} | test | accuracy | MUST-RUN | TODO | |`;

export const trackerTemplate = `# Experiment Tracker

| Run ID | Milestone | Purpose | System / Variant | Split | Metrics | Priority | Status | Notes |
|--------|-----------|---------|------------------|-------|---------|----------|--------|-------|
${[
  row('R001', 'M0', 'sanity', 'method, seed 1'),
  row('R002', 'M1', 'baseline', 'baseline, seed 1'),
  row('R003', 'M1', 'baseline', 'baseline, seed 2'),
  row('R004', 'M1', 'baseline', 'baseline, seed 3'),
  row('R005', 'M2', 'method', 'method, seed 1'),
  row('R006', 'M2', 'method', 'method, seed 2'),
  row('R007', 'M2', 'method', 'method, seed 3'),
].join('\n')}
`;

const job = (id: string, milestone: string, system: string, seed: number, more: string): string =>
  `  - { id: ${id}, milestone: ${milestone}, system: ${system}, seed: ${seed}, est_hours: ${id === 'R001' ? 0.1 : 1},
      cmd: "python train.py --system ${system} --seed ${seed}${more} --out results/${id}.json",
      expected_output: "results/${id}.json", metrics: { accuracy: "results/${id}.json#/accuracy" } }`;

export const manifestTemplate = `# How every run of EXPERIMENT_PLAN.md is started, and where its numbers will be.
project: study
cwd: .
primary_metric: { name: accuracy, direction: higher }
baselines: { method: baseline }
jobs:
${[
  job('R001', 'M0', 'method', 1, ' --steps 100'),
  ...[1, 2, 3].map((seed) => job(`R00${seed + 1}`, 'M1', 'baseline', seed, '')),
  ...[1, 2, 3].map((seed) => job(`R00${seed + 4}`, 'M2', 'method', seed, '')),
].join('\n')}
`;
