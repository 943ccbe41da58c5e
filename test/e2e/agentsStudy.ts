import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const plan = `# Experiment Plan: Threshold

## Experiment Blocks

### Block 1: Threshold against majority
- **Compared systems**: threshold, majority.
- **Metrics**: accuracy.
- **Success criterion**: accuracy > 1 pp over majority
- **Seeds**: 1, 2
- **Priority**: MUST-RUN

## Run Order and Milestones

| Milestone | Goal | Runs | Decision Gate | Cost |
|-----------|------|------|---------------|------|
| M0: Sanity | It runs | R001 | accuracy > 0.1 | 0 |
| M1: Main | Compare | R002, R003 | accuracy > 0.3 | 0 |
`;
const tracker = `# Experiment Tracker

| Run ID | Milestone | System / Variant | Metrics | Priority | Status | Notes |
|--------|-----------|------------------|---------|----------|--------|-------|
| R001 | M0 | threshold, seed 1 | accuracy | MUST-RUN | TODO | |
| R002 | M1 | threshold, seed 2 | accuracy | MUST-RUN | TODO | |
| R003 | M1 | majority, seed 2 | accuracy | MUST-RUN | TODO | |
`;
const job = (id: string, milestone: string, system: string, seed: number) => `  - id: ${id}
    milestone: ${milestone}
    system: ${system}
    seed: ${seed}
    gpus: 0
    cmd: python3 train.py --system ${system} --seed ${seed} --out results/${id}.json
    expected_output: results/${id}.json
    metrics: { accuracy: "results/${id}.json#/test/accuracy" }
`;
const manifest = `project: threshold
primary_metric: { name: accuracy, direction: higher }
data: [data/test.csv]
jobs:
${job('R001', 'M0', 'threshold', 1)}${job('R002', 'M1', 'threshold', 2)}${job('R003', 'M1', 'majority', 2)}`;

const script = (labels: string) => `import argparse, csv, json, os, random

arguments = argparse.ArgumentParser()
arguments.add_argument("--system", choices=["threshold", "majority"], required=True)
arguments.add_argument("--seed", type=int, required=True)
arguments.add_argument("--out", required=True)
given = arguments.parse_args()
random.seed(given.seed)

with open("data/test.csv") as file:
    rows = [(float(x), int(y)) for x, y in csv.reader(file)]
if given.system == "threshold":
    predictions = [int(x > 0.5) for x, _ in rows]
else:
    predictions = [1 for _ in rows]
${labels}
accuracy = sum(int(p == y) for p, y in zip(predictions, labels)) / len(labels)
os.makedirs(os.path.dirname(given.out) or ".", exist_ok=True)
with open(given.out, "w") as file:
    json.dump({"test": {"accuracy": accuracy}}, file)
`;

/** The line that judges predictions by themselves, and the one that uses the data set's own labels. */
export const wrongLabels = 'labels = list(predictions)';
export const rightLabels = 'labels = [y for _, y in rows]';
export const wrongScript = script(wrongLabels);
export const rightScript = script(rightLabels);
export const wrongLine = wrongScript.split('\n').indexOf(wrongLabels) + 1;

/** A study whose only script is still to be written. */
export function writeStudy(workspace: string): void {
  const rows = Array.from({ length: 40 }, (_, at) => `${(at % 20) / 20},${at % 20 > 10 || at === 3 ? 1 : 0}`);
  const files = {
    'refine-logs/EXPERIMENT_PLAN.md': plan,
    'refine-logs/EXPERIMENT_TRACKER.md': tracker,
    'refine-logs/experiments.yaml': manifest,
    'data/test.csv': `${rows.join('\n')}\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
}

/** What the reviewer says of a study: a critical finding at the wrong line while it is there, a minor one after. */
export function reviewOf(code: string): string {
  const wrong = code.includes(wrongLabels);
  const finding = wrong
    ? {
        ...{ severity: 'CRITICAL', file: 'train.py', line: wrongLine, endLine: null, check: 'ground-truth' },
        title: 'Predictions are judged by themselves',
        why: 'labels is a copy of predictions, so accuracy is 1.0 whatever the system does.',
        fix: `Use the labels of the data set: ${rightLabels}`,
        patch: `--- a/train.py\n+++ b/train.py\n@@ -${wrongLine},1 +${wrongLine},1 @@\n-${wrongLabels}\n+${rightLabels}\n`,
      }
    : {
        ...{ severity: 'MINOR', file: 'train.py', line: 12, endLine: null, check: 'stability', patch: null },
        title: 'The threshold is fixed',
        why: 'It is not fitted, so the seed changes nothing.',
        fix: 'Say so in the report.',
      };
  return JSON.stringify({
    findings: [finding],
    groundTruth: {
      ...{ answer: wrong ? 'no' : 'yes', evaluationType: 'real_gt', sameForAllMethods: true },
      ...{ officialScript: 'none', file: 'train.py', line: wrongLine },
    },
  });
}
