import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../../src/core/manifest/parseManifest';
import { parsePlan } from '../../../../src/core/plan/parsePlan';
import { selfCheck } from '../../../../src/core/selfCheck/selfCheck';

interface Study {
  readonly script: string;
  readonly command: string;
  readonly plan?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly job?: string;
}

/** Findings about one job that calls `train.py`. */
function check({ script, command, plan, files = {}, job = '' }: Study) {
  const manifest = parseManifest(
    `jobs:\n  - id: R001\n    milestone: M0\n    cmd: ${JSON.stringify(command)}\n${job}`,
  );
  expect(manifest.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return selfCheck({
    files: Object.entries({ 'train.py': script, ...files }).map(([path, text]) => ({ path, text })),
    plan: plan === undefined ? null : parsePlan(plan),
    manifest,
  });
}

const titles = (study: Study) => check(study).map(({ title }) => title);

const argparse = `import argparse, random
parser = argparse.ArgumentParser()
parser.add_argument("--lr", "-l", type=float, default=0.1)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
parser.add_argument("--nesterov", action="store_true")
parser.add_argument("--seed", type=int, required=True)
args = parser.parse_args()
random.seed(args.seed)
`;
const click = `import click, random
@click.command()
@click.option("--lr", type=float, default=0.1)
@click.option("--seed", "-s", type=int)
@click.option("--amp/--no-amp", default=False)
@click.argument("data")
def main(lr, seed, amp, data):
    random.seed(seed)
`;
const fire = `import fire, random
def main(lr=0.1, seed=0):
    random.seed(seed)
if __name__ == "__main__":
    fire.Fire(main)
`;
const typer = `import random, typer
def main(data: str, learning_rate: float = 0.1, seed: int = 0, amp: bool = False):
    random.seed(seed)
typer.run(main)
`;
const dataclass = `import random, tyro
from dataclasses import dataclass
@dataclass
class Optim:
    lr: float = 0.1
@dataclass
class Config:
    optim: Optim
    seed: int = 0
config = tyro.cli(Config)
random.seed(config.seed)
`;
const absl = `import random
from absl import app, flags
FLAGS = flags.FLAGS
flags.DEFINE_float("lr", 0.1, "")
flags.DEFINE_integer("seed", 0, "")
flags.DEFINE_bool("amp", False, "")
random.seed(FLAGS.seed)
`;
const hydra = `import hydra, random
@hydra.main(config_path="conf", config_name="config", version_base=None)
def main(cfg):
    random.seed(cfg.seed)
main()
`;
const conf = {
  'conf/config.yaml': 'defaults:\n  - model: small\nseed: 0\noptim:\n  lr: 0.1\n',
  'conf/model/small.yaml': 'width: 8\n',
};

describe('what a command passes', () => {
  it.each([
    [
      'argparse',
      argparse,
      '--lr=0.2 -l 0.1 --batch-size 8 --optimizer adam --nesterov --seed 1 --opt sgd',
      {},
    ],
    ['click', click, '--lr 0.2 -s 1 --no-amp data.csv', {}],
    ['fire', fire, '--lr=0.2 --seed 1', {}],
    ['typer', typer, 'data.csv --learning-rate 0.2 --seed 1 --no-amp', {}],
    ['a dataclass parser', dataclass, '--optim.lr 0.2 --seed 1', {}],
    ['absl', absl, '--lr=0.2 --seed 1 --noamp', {}],
    ['hydra', hydra, 'optim.lr=0.2 seed=1 model=small model.width=16 +new=1 hydra.run.dir=out', conf],
  ])('to %s is fine when the script knows it', (_, script, args, files) => {
    expect(
      titles({ script, command: `CUDA_VISIBLE_DEVICES=0 python -u train.py ${args} > log.txt 2>&1`, files }),
    ).toEqual([]);
  });

  it.each([
    ['argparse', argparse, '--batch_size 8 --seed 1', '--batch_size', {}],
    ['click', click, '--learning-rate 0.2 data.csv', '--learning-rate', {}],
    ['fire', fire, '--lrr 0.2', '--lrr', {}],
    ['typer', typer, 'data.csv --lr 0.2', '--lr', {}],
    ['a dataclass parser', dataclass, '--lr 0.2', '--lr', {}],
    ['absl', absl, '--sed 1', '--sed', {}],
    ['hydra', hydra, 'optim.learning_rate=0.2', 'optim.learning_rate', conf],
  ])('to %s is critical when the script does not know it', (_, script, args, name, files) => {
    expect(check({ script, command: `python train.py ${args}`, files })).toMatchObject([
      {
        severity: 'CRITICAL',
        check: 'hyperparameters',
        file: 'refine-logs/experiments.yaml',
        line: 2,
        title: `${name} is passed to train.py, which doesn't know it`,
      },
    ]);
  });

  it('is held against the spelling that is nearest', () => {
    const [finding] = check({ script: argparse, command: 'python train.py --batch_size 8 --seed 1' });
    expect(finding!.fix).toContain('Pass --batch-size, as it is spelled there');
  });

  it.each([
    ['is missing a required argument', '--lr 0.1', 'train.py requires --seed, which is not passed'],
    [
      'is not among the choices',
      '--optimizer rmsprop --seed 1',
      '--optimizer rmsprop is not among the choices of train.py',
    ],
    ['is no whole number', '--seed 1.5', '--seed 1.5 is no int, which train.py expects'],
  ])('%s: critical', (_, args, title) => {
    expect(titles({ script: argparse, command: `python train.py ${args}` })).toEqual([title]);
  });

  it('to a script without any arguments is critical', () => {
    expect(titles({ script: 'lr = 0.1\n', command: 'python train.py --lr 0.2' })).toEqual([
      'train.py reads no arguments, but gets some',
    ]);
  });

  it('to a script that is not there is critical', () => {
    expect(titles({ script: '', command: 'cd src && python3 -m exp.run --x 1' })).toEqual([
      'src/exp/run.py is started, but there is no such script',
    ]);
  });

  it.each([
    [
      'passes unknown ones on',
      argparse.replace('args = parser.parse_args()', 'args, rest = parser.parse_known_args()'),
      '--other 1 --seed 1',
    ],
    ['reads sys.argv', 'import sys\nlr = float(sys.argv[1])\n', '--lr 0.1'],
    [
      'has its parser from elsewhere',
      'from library import get_parser\nargs = get_parser().parse_args()\n',
      '--lr 0.1',
    ],
    ['takes what the shell knows', argparse, '$EXTRA --seed $SEED'],
  ])('is not judged where the script %s', (_, script, args) => {
    expect(titles({ script, command: `python train.py ${args}` })).toEqual([]);
  });

  it('is held against the parser of a module that the script imports', () => {
    const script = 'from common.options import parse\nargs = parse()\n';
    const options =
      'import argparse, random\ndef parse():\n    parser = argparse.ArgumentParser()\n    parser.add_argument("--lr", type=float)\n    return parser.parse_args()\n';
    const files = { 'common/options.py': options };
    expect(titles({ script, files, command: 'torchrun --nproc_per_node 2 train.py --lr 1' })).toEqual([]);
    expect(titles({ script, files, command: 'accelerate launch train.py --rl 1' })).toEqual([
      "--rl is passed to train.py, which doesn't know it",
    ]);
  });
});

describe('a seed argument', () => {
  it('that seeds nothing is found, even if it is printed and stored', () => {
    const script = argparse.replace(
      'random.seed(args.seed)',
      'print("seed", args.seed)\nresult = {"seed": args.seed}',
    );
    expect(check({ script, command: 'python train.py --seed 1' })).toMatchObject([
      {
        severity: 'MAJOR',
        check: 'stability',
        file: 'train.py',
        line: 7,
        title: '--seed is taken, but seeds nothing',
      },
    ]);
  });

  it.each([
    ['is given to a model', 'model = RandomForestClassifier(random_state=args.seed)'],
    ['is given to a function that seeds', 'from common import fix\nfix(args.seed)'],
    ['gets another name first', 'seed = args.seed\nrng = make(seed)'],
    ['chooses a file', 'points = load(f"points{args.seed}.csv")'],
    ['is handed on with all arguments', 'run(**vars(args))'],
  ])('that %s is fine', (_, line) => {
    expect(
      titles({
        script: argparse.replace('random.seed(args.seed)', line),
        command: 'python train.py --seed 1',
      }),
    ).toEqual([]);
  });

  it('that a run declares and the script lacks is found', () => {
    const script = argparse.replace(/.*--seed.*\n/, '').replace('random.seed(args.seed)', 'random.seed(0)');
    expect(titles({ script, command: 'python train.py', job: '    seed: 3\n' })).toEqual([
      'R001 declares seed 3, but train.py takes no seed',
    ]);
  });

  it('that differs only by declaration is critical', () => {
    const second = '    seed: 1\n  - { id: R002, cmd: "python train.py --seed 1", seed: 2 }\n';
    expect(titles({ script: argparse, command: 'python train.py --seed 1', job: second })).toEqual([
      'R001 and R002 differ in their seed, but their commands are the same',
    ]);
  });
});

describe('where results are written', () => {
  const writes = (line: string) =>
    `${argparse.replace('args = ', 'parser.add_argument("--out", default="results/out.json")\nargs = ')}import json, os\n${line}\n`;
  const job = '    expected_output: results/R001.json\n    metrics: { acc: "results/R001.json#/acc" }\n';

  it.each([
    ['another file', 'json.dump({}, open("results/metrics.json", "w"))', '--seed 1'],
    ['the default of an argument that is not passed', 'json.dump({}, open(args.out, "w"))', '--seed 1'],
    [
      'a file below the folder that is passed',
      'json.dump({}, open(os.path.join(args.out, "metrics.json"), "w"))',
      '--seed 1 --out results/R001',
    ],
  ])('%s than the manifest expects is found', (_, line, args) => {
    expect(titles({ script: writes(line), command: `python train.py ${args}`, job })).toEqual([
      expect.stringMatching(/^train.py doesn't write results\/R001.json, which R001 expects$/),
    ]);
  });

  it.each([
    ['where an argument says', 'json.dump({}, open(args.out, "w"))', '--seed 1 --out results/R001.json'],
    ['by a pattern that can be it', 'open(f"results/R00{args.seed}.json", "w").write("{}")', '--seed 1'],
    ['somewhere that is not known', 'save(args, open(target(), "w"))', '--seed 1'],
    ['through the shell', 'print("{}")', '--seed 1 > results/R001.json'],
  ])('%s is fine', (_, line, args) => {
    expect(titles({ script: writes(line), command: `python train.py ${args}`, job })).toEqual([]);
  });
});

describe('the plan', () => {
  const plan = (setup: string) =>
    `# Plan\n\n## Experiment Blocks\n\n### Block 1: Main\n- **Claim**: C1\n- **Setup details**: ${setup}\n- **Success criterion**: accuracy > 0.9\n- **Priority**: MUST-RUN\n`;

  it.each([
    'lr=0.1, batch size 32',
    'learning rate 0.1, batch=32, seed 1',
    'SGD, batch_size: 32; lr = 1e-1',
    'lr in {0.1, 0.01}, 3 seeds, momentum 0.9-0.99',
  ])('whose values are arguments is fine: %s', (setup) => {
    expect(titles({ script: argparse, command: 'python train.py --seed 1', plan: plan(setup) })).toEqual([]);
  });

  it('fixes a hyperparameter that no script takes: found at its line, with the place that fixes it in the code', () => {
    const script = `${argparse}from torch.optim import SGD\noptimizer = SGD([], lr=args.lr, momentum=0.8)\n`;
    expect(
      check({ script, command: 'python train.py --seed 1', plan: plan('lr=0.1, momentum 0.9') }),
    ).toMatchObject([
      {
        severity: 'MAJOR',
        check: 'hyperparameters',
        file: 'refine-logs/EXPERIMENT_PLAN.md',
        line: 7,
        title: 'momentum (momentum 0.9) of the plan is no argument of any script',
        why: expect.stringContaining('train.py:11 sets momentum=0.8 in the code') as string,
      },
    ]);
  });

  it('fixes a value that no run uses: found with what they use', () => {
    expect(
      check({ script: argparse, command: 'python train.py --seed 1 --lr 0.01', plan: plan('lr=0.1') }),
    ).toMatchObject([
      {
        title: 'No run uses the learning rate of the plan (lr=0.1)',
        why: expect.stringContaining('R001 passes --lr 0.01') as string,
      },
    ]);
  });

  it('is not held against a script that can not be read to the end', () => {
    const script = argparse.replace('args = parser.parse_args()', 'args, rest = parser.parse_known_args()');
    expect(titles({ script, command: 'python train.py --seed 1', plan: plan('momentum 0.9') })).toEqual([]);
  });

  const runs =
    '# Plan\n\n## Runs\n\n| Run ID | Milestone | System | Priority | Status |\n|---|---|---|---|---|\n| R001 | M0 | a | MUST-RUN | TODO |\n| R002 | M0 | b | MUST-RUN | TODO |\n| R003 | M0 | c | NICE-TO-HAVE | TODO |\n| R004 | M0 | d | MUST-RUN | DONE |\n';

  it('has a must-run run that nothing starts: critical; what is done or only nice to have is not', () => {
    expect(check({ script: argparse, command: 'python train.py --seed 1', plan: runs })).toMatchObject([
      { severity: 'CRITICAL', check: 'method', line: 8, title: 'R002 is must-run, but nothing starts it' },
    ]);
  });

  it('does not know a run of the manifest: found', () => {
    const job =
      '  - { id: R002-seed1, cmd: "python train.py --seed 1" }\n  - { id: R099, cmd: "python train.py --seed 2" }\n';
    expect(titles({ script: argparse, command: 'python train.py --seed 1', plan: runs, job })).toEqual([
      'R099 is in the manifest, but neither in the plan nor in the tracker',
    ]);
  });
});
