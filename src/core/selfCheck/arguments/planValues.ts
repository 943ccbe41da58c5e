import type { Plan } from '../../plan/model';

/** A hyperparameter that the plan fixes: `lr=0.1`, `momentum 0.9`. */
export interface PlanValue {
  /** One of the names below, or the plan's own word. */
  readonly name: string;
  readonly written: string;
  readonly value: number;
  readonly line: number;
  readonly block: string;
}

/** Names under which the same hyperparameter goes, in plans, arguments and code; lower case, without separators. */
const families: Readonly<Record<string, readonly string[]>> = {
  'learning rate': ['lr', 'learningrate', 'eta0', 'baselr', 'initlr', 'lr0', 'learningrateinit'],
  momentum: ['momentum', 'mom', 'sgdmomentum'],
  'weight decay': ['weightdecay', 'wd', 'l2', 'decay', 'l2reg', 'alpha'],
  'batch size': [
    'batchsize',
    'batch',
    'bs',
    'bsz',
    'trainbatchsize',
    'perdevicetrainbatchsize',
    'batchsizepergpu',
    'b',
    'minibatch',
    'minibatchsize',
  ],
  epochs: [
    'epochs',
    'epoch',
    'numepochs',
    'nepochs',
    'maxepochs',
    'numtrainepochs',
    'maxiter',
    'nepoch',
    'trainepochs',
  ],
  steps: [
    'steps',
    'maxsteps',
    'numsteps',
    'trainsteps',
    'iterations',
    'iters',
    'niters',
    'numiters',
    'maxiters',
    'totalsteps',
    'trainingsteps',
    'maxtrainsteps',
    'numtrainsteps',
    'nsteps',
    'iter',
    'maxiter',
  ],
  dropout: ['dropout', 'drop', 'dropoutrate', 'pdrop', 'dropoutprob', 'dropoutp'],
  warmup: ['warmup', 'warmupsteps', 'warmupratio', 'warmupepochs', 'numwarmupsteps', 'warmupfraction'],
  temperature: ['temperature', 'temp', 'tau', 't'],
  'hidden size': [
    'hiddensize',
    'hidden',
    'hiddendim',
    'dim',
    'dmodel',
    'width',
    'hiddenunits',
    'hid',
    'nhid',
    'hiddenlayersizes',
    'embeddim',
    'nembd',
    'h',
  ],
  layers: ['layers', 'numlayers', 'nlayers', 'depth', 'nlayer', 'l', 'numhiddenlayers'],
  'gradient clipping': [
    'gradclip',
    'clip',
    'maxgradnorm',
    'gradientclip',
    'clipnorm',
    'clipgradnorm',
    'gradientclipval',
    'gradclipnorm',
    'gradientclipping',
  ],
  'gradient accumulation': [
    'gradaccum',
    'gradientaccumulation',
    'gradientaccumulationsteps',
    'accumulationsteps',
    'accumsteps',
    'gradaccumsteps',
    'accum',
  ],
  seed: ['seed', 'seeds', 'randomseed', 'randomstate', 'rngseed', 's', 'manualseed', 'globalseed'],
  'label smoothing': ['labelsmoothing', 'smoothing', 'labelsmooth'],
  'LoRA rank': ['rank', 'lorarank', 'r', 'lorar'],
  'LoRA alpha': ['loraalpha'],
  'LoRA dropout': ['loradropout'],
  estimators: ['nestimators', 'estimators', 'trees', 'numtrees', 'ntrees', 'numestimators'],
  'maximal depth': ['maxdepth', 'treedepth'],
  'context length': [
    'contextlength',
    'ctxlen',
    'seqlen',
    'sequencelength',
    'maxlength',
    'maxlen',
    'maxseqlen',
    'blocksize',
    'maxseqlength',
  ],
  horizon: ['horizon', 'predlen', 'predictionlength', 'forecasthorizon'],
  patience: ['patience', 'earlystoppingpatience', 'earlystoppingrounds'],
};

const familyOf = new Map<string, string>();
for (const [family, names] of Object.entries(families))
  for (const name of names) if (!familyOf.has(name)) familyOf.set(name, family);
for (const family of Object.keys(families)) familyOf.set(plainName(family), family);

export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Do a name of the plan and an argument's name mean the same hyperparameter? The last part of a dotted one counts too. */
export function meansSame(planName: string, argument: string): boolean {
  const last = argument.replace(/^-+/, '').replace(/^.*\./, '');
  const wanted = plainName(planName);
  for (const name of [plainName(argument), plainName(last)]) {
    if (name === wanted) return true;
    if (families[planName]?.includes(name)) return true;
    // `student_lr`, `lr_backbone`: the hyperparameter of one part.
    if (
      families[planName]?.some((each) => each.length > 1 && last.toLowerCase().split(/[_-]/).includes(each))
    )
      return true;
  }
  return false;
}

const number = String.raw`[-+]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?:k|K)?`;
const assigned = new RegExp(
  String.raw`([A-Za-z][A-Za-z_ -]{0,28}?[A-Za-z]|[A-Za-z])\s*(?:=|:|≈)\s*~?(${number})(?![\w.%/×]|\s*(?:,\s*\d|[-–]\s*\d|\/\s*\d|→|%))`,
  'g',
);
const spoken = new RegExp(
  String.raw`\b(learning[ -]rate|lr|momentum|weight[ -]decay|batch[ -]size|dropout|label smoothing|temperature|seed|warm-?up steps)\s+(?:of\s+)?(${number})(?![\w.%/×]|\s*(?:,\s*\d|[-–]\s*\d|\/\s*\d|→|%))`,
  'gi',
);
const counted = new RegExp(String.raw`(?<![\w.,~≤<-])(${number})\s+(epochs|training steps)\b`, 'gi');

/** Hyperparameters with one number, read from the setup of each block. Lists and ranges are sweeps, and are not read. */
export function planValues(plan: Plan): PlanValue[] {
  const found: PlanValue[] = [];
  for (const block of plan.blocks) {
    if (!block.setup) continue;
    const { text, span } = block.setup;
    const add = (at: number, written: string, word: string, digits: string) => {
      const family = familyOf.get(plainName(word)) ?? familyOf.get(plainName(word.split(/[\s]/).at(-1)!));
      if (!family) return;
      const value = Number(digits.replace(',', '.').replace(/k$/i, '')) * (/k$/i.test(digits) ? 1000 : 1);
      if (!Number.isFinite(value)) return;
      const line = Math.min(span.end.line, span.start.line + text.slice(0, at).split('\n').length - 1);
      if (!found.some((each) => each.name === family && each.value === value && each.block === block.id))
        found.push({ name: family, written: written.trim(), value, line, block: block.id });
    };
    for (const match of text.matchAll(assigned)) add(match.index, match[0], match[1]!, match[2]!);
    for (const match of text.matchAll(spoken)) add(match.index, match[0], match[1]!, match[2]!);
    for (const match of text.matchAll(counted))
      add(match.index, match[0], /epoch/i.test(match[2]!) ? 'epochs' : 'steps', match[1]!);
  }
  return found;
}
