// @ts-check
// Trains small networks, healthy and sick in known ways, with seeds that no test uses, and prints how often the training
// check is wrong: false alarms on the healthy, misses on the sick; and, for pairs, how often a run is called worse than a
// baseline of its own configuration, or a lame one is not.
//
//     node test/bench/trainingHealth.mjs [--seeds 20]
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '20' } } });
const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => 1001 + at);

/** Ways to train that are fine. */
const healthy = {
  'constant rate': {},
  momentum: { optimiser: 'momentum' },
  adam: { optimiser: 'adam' },
  cosine: { schedule: 'cosine' },
  'warm-up': { schedule: 'warmup-linear' },
  'warm restarts': { schedule: 'warm-restarts', learningRate: 0.5 },
  regression: { task: 'regression', optimiser: 'adam' },
  'single examples': { batch: 1, learningRate: 0.02 },
};
/** Ways that are not, and the detectors that name what is wrong. */
const sick = {
  spike: [{ task: 'regression', corruptAt: 300, learningRate: 0.01 }, ['spike']],
  overfitting: [
    { trainingExamples: 40, hidden: 48, optimiser: 'adam', labelNoise: 0.3, steps: 1000, learningRate: 0.3 },
    ['overfitting'],
  ],
  divergence: [{ task: 'regression', learningRate: 3, steps: 300 }, ['divergence', 'nan']],
  'growing inputs': [{ task: 'regression', driftPerStep: 1.02, learningRate: 0.05 }, ['divergence', 'nan']],
  'no learning': [{ schedule: 'zero' }, ['dead-learning-rate', 'flat', 'stalled']],
  'random labels': [{ labelNoise: 1 }, ['stalled', 'plateau']],
};

const folder = mkdtempSync(join(tmpdir(), 'bridge-health-'));
try {
  const outfile = join(folder, 'health.cjs');
  await build({
    stdin: {
      contents: `export { HealthCheck } from './src/core/health/healthCheck';
        export { healthySetup, train } from './test/unit/core/health/tinyTraining';`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    ...{ bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error' },
  });
  const { HealthCheck, healthySetup, train } = createRequire(import.meta.url)(outfile);
  const check = (/** @type {object} */ changes, /** @type {number} */ seed) => {
    const health = new HealthCheck();
    for (const { step, ...rest } of train({ ...healthySetup, trainingExamples: 4096, ...changes, seed }))
      for (const [series, value] of Object.entries(rest)) health.add({ series, step, value });
    return health;
  };
  const print = (/** @type {string} */ what, /** @type {number} */ bad, /** @type {number} */ all) =>
    console.log(`${what.padEnd(44)} ${bad} of ${all} (${((100 * bad) / all).toFixed(1)} %)`);

  const alarms = { stop: 0, finding: 0, all: 0, spike: 0, overfitting: 0 };
  for (const changes of Object.values(healthy))
    for (const seed of seeds) {
      const { verdict, findings } = check(changes, seed).report();
      const has = (/** @type {string} */ name) =>
        Number(findings.some((/** @type {{ detector: string }} */ each) => each.detector === name));
      alarms.all++;
      alarms.stop += Number(verdict === 'stop');
      alarms.finding += Number(verdict !== 'healthy');
      alarms.spike += has('spike');
      alarms.overfitting += has('overfitting');
    }
  print('healthy, called stop', alarms.stop, alarms.all);
  print('healthy, with any finding', alarms.finding, alarms.all);
  print('healthy, called spike', alarms.spike, alarms.all);
  print('healthy, called overfitting', alarms.overfitting, alarms.all);
  for (const [name, [changes, detectors]] of Object.entries(sick)) {
    let missed = 0;
    for (const seed of seeds) {
      const { findings } = check(changes, seed).report();
      missed += Number(
        !findings.some((/** @type {{ detector: string }} */ { detector }) => detectors.includes(detector)),
      );
    }
    print(`${name}, missed`, missed, seeds.length);
  }
  for (const count of [1, 3]) {
    let same = 0;
    let lame = 0;
    for (const seed of seeds) {
      const baselines = Array.from({ length: count }, (_, at) => check({}, seed + 500 * (at + 1)));
      same += Number(check({}, seed).against(baselines).length > 0);
      lame += Number(check({ learningRate: 0.002 }, seed).against(baselines).length === 0);
    }
    const of = count === 1 ? 'one baseline run' : `${count} baseline runs`;
    print(`equal to ${of}, called worse`, same, seeds.length);
    print(`a fiftieth of the rate of ${of}, missed`, lame, seeds.length);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
