import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFold } from '../../src/core/run/reduce';
import type { StudyState } from '../../src/core/run/state';
import { statusWord } from '../../src/core/run/words';
import { bridgeFolder } from '../../src/store/bridgeFolder';
import { JournalReader } from '../../src/store/journalReader';

/** A study of 30 runs in three phases. Each attempt of a run writes one line into a ledger outside the workspace. */
export interface Study30 {
  readonly root: string;
  readonly ledger: string;
  dispose(): void;
}

const phases = ['prepare', 'train', 'evaluate'];

/** Memory-backed where there is such a folder: thousands of small files and syncs are not what is tested. */
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function makeStudy30(): Study30 {
  const folder = mkdtempSync(join(base, 'bridge-study-'));
  const root = join(folder, 'work');
  const ledger = join(folder, 'ledger');
  mkdirSync(join(root, 'refine-logs'), { recursive: true });
  mkdirSync(join(root, 'out'));
  appendFileSync(ledger, '');
  const line = `echo "$BRIDGE_RUN $BRIDGE_ATTEMPT" >> ${ledger}`;
  const result = `echo '{"score": 0.5}' > out/$BRIDGE_RUN.json`;
  const manifest = ['project: thirty', 'max_parallel: 10', 'phases:'];
  for (const [at, phase] of phases.entries()) {
    manifest.push(`  - name: ${phase}`, `    milestone: M${at}`);
    if (at > 0) manifest.push(`    depends_on: [${phases[at - 1]}]`);
    manifest.push('    grid: { n: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }', '    template:');
    manifest.push(
      `      id: "${phase}\${n}"`,
      '      gpus: 0',
      `      expected_output: "out/${phase}\${n}.json"`,
    );
    manifest.push(`      metrics: { score: "out/${phase}\${n}.json#/score" }`, '      retry: { code: 2 }');
    // Two runs fail at their first attempt, in the code, and are to be tried once more.
    const fails =
      at === 1
        ? '{ [ "${n}" -gt 1 ] || [ "$BRIDGE_ATTEMPT" = 2 ]; } || { echo "ValueError: first"; exit 1; }'
        : 'true';
    manifest.push(`      cmd: |`, `        ${line}`, `        ${fails}`, `        ${result}`);
  }
  writeFileSync(join(root, 'refine-logs/experiments.yaml'), `${manifest.join('\n')}\n`);
  const rows = phases.flatMap((phase, at) =>
    Array.from(
      { length: 10 },
      (_, n) => `| ${phase}${n} | M${at} | purpose | system | test | score | must-run | TODO |  |`,
    ),
  );
  writeFileSync(
    join(root, 'refine-logs/EXPERIMENT_TRACKER.md'),
    [
      '| Run ID | Milestone | Purpose | System | Split | Metrics | Priority | Status | Notes |',
      '|---|---|---|---|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(root, 'refine-logs/EXPERIMENT_PLAN.md'),
    [
      '# Experiment Plan: Thirty',
      '',
      '## Run Order and Milestones',
      '',
      '| Milestone | Goal | Runs | Decision Gate | Cost | Risk |',
      '|---|---|---|---|---|---|',
      '| M0 | Sanity | prepare | all runs complete | 0 | none |',
      '| M1 | Training | train | all runs complete | 0 | none |',
      '| M2 | Evaluation | evaluate | all runs complete | 0 | none |',
      '',
    ].join('\n'),
  );
  return { root, ledger, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Everything that a person or a report could see of how it ended, without times. */
export function endStateOf({ root, ledger }: Study30) {
  const state = readStudy(root);
  return {
    runs: [...state.jobs.values()].map((job) => [job.job.id, statusWord(job), job.attempts.length]),
    gates: [...state.milestones.values()].map(({ milestone, gate }) => [milestone.id, gate?.verdict]),
    ended: state.ended?.outcome,
    // How a cell is padded depends on the words that stood there before.
    tracker: readFileSync(join(root, 'refine-logs/EXPERIMENT_TRACKER.md'), 'utf8').replace(/ +/g, ' '),
    /** `RUN ATTEMPT`, a line each time that one ran. */
    ledger: readFileSync(ledger, 'utf8').trim().split('\n').filter(Boolean).sort(),
  };
}

/** A workspace's journal, folded. */
export function readStudy(root: string): StudyState {
  const fold = new StateFold();
  fold.apply(new JournalReader(bridgeFolder(root).journal).next());
  return fold.state;
}

/** What of an end is not as it should be, a line a thing; empty: nothing. */
export function differences(got: EndState, wanted: EndState): string[] {
  const lines = (name: keyof EndState, state: EndState) =>
    (name === 'tracker' ? state.tracker.split('\n') : [state[name] ?? []].flat(1)).map((each) =>
      JSON.stringify(each),
    );
  return (Object.keys(wanted) as (keyof EndState)[]).flatMap((name) => {
    const before = lines(name, wanted);
    const after = lines(name, got);
    return [
      ...before.filter((line) => !after.includes(line)).map((line) => `${name} - ${line}`),
      ...after
        .filter((line, at) => !before.includes(line) || after.indexOf(line) !== at)
        .map((line) => `${name} + ${line}`),
    ].slice(0, 4);
  });
}

export type EndState = ReturnType<typeof endStateOf>;
