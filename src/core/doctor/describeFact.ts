import type { Translate } from '../text/translate';
import type { DoctorFact } from './facts';

/** How a thing stands: it works; it is needed and missing; it would add something; it could not be found out. */
export type DoctorState = 'ok' | 'missing' | 'optional' | 'unknown';

/** What mends it: each is a button in the editor and a sentence in the terminal. */
export type DoctorFix =
  | { readonly kind: 'trust' }
  | { readonly kind: 'setting'; readonly setting: string }
  | { readonly kind: 'newPlan' }
  | { readonly kind: 'terminal'; readonly command: string }
  | { readonly kind: 'page'; readonly url: string }
  /** Gives rented machines back. */
  | { readonly kind: 'release' };

export interface DoctorCheck {
  readonly id: DoctorFact['id'];
  readonly title: string;
  readonly state: DoctorState;
  readonly sentence: string;
  readonly fix: DoctorFix | null;
}

type Said = Omit<DoctorCheck, 'id'>;

/** One check in a person's words: what was found, what it means, and what mends it. */
export function describeFact(fact: DoctorFact, t: Translate): DoctorCheck {
  return { id: fact.id, ...say(fact, t) };
}

function say(fact: DoctorFact, t: Translate): Said {
  switch (fact.id) {
    case 'trust':
      return fact.trusted === false
        ? said(
            t('Trust'),
            'missing',
            t('This workspace is not trusted: everything can be read, nothing can be started.'),
            { kind: 'trust' },
          )
        : said(
            t('Trust'),
            'ok',
            fact.trusted === null
              ? t('Nothing is restricted in a terminal.')
              : t('This workspace is trusted.'),
          );
    case 'folder':
      return fact.writable
        ? said(t('Folder'), 'ok', t('{0} can be written.', fact.path))
        : said(
            t('Folder'),
            'missing',
            t('{0} cannot be written: Bridge keeps its journal and the results there.', fact.path),
          );
    case 'plan':
      return plan(fact, t);
    case 'python':
      return fact.program === null
        ? said(
            t('Python'),
            'missing',
            t('Neither python3 nor python is on the PATH. Most experiments need it.'),
            {
              kind: 'page',
              url: 'https://www.python.org/downloads/',
            },
          )
        : said(t('Python'), 'ok', t('{0}, version {1}', fact.program, fact.version ?? '?'));
    case 'gpus':
      return gpus(fact, t);
    case 'target':
      return target(fact, t);
    case 'slurm':
      if (fact.version !== null) return said(t('Slurm'), 'ok', t('Slurm {0} answers here.', fact.version));
      return fact.wanted
        ? said(t('Slurm'), 'missing', t('The target is Slurm, and sinfo is not on the PATH here.'), {
            kind: 'setting',
            setting: 'bridge.target',
          })
        : said(t('Slurm'), 'optional', t('There is no Slurm here; only clusters need it.'));
    case 'author':
      return author(fact, t);
    case 'reviewers':
      return reviewers(fact, t);
    case 'wandb':
      return wandb(fact, t);
    case 'git':
      return fact.version === null
        ? said(
            t('Git'),
            'optional',
            t('There is no git: results will not say which commit they came from.'),
            {
              kind: 'page',
              url: 'https://git-scm.com/downloads',
            },
          )
        : said(t('Git'), 'ok', t('git {0}', fact.version));
    case 'rented':
      return rented(fact, t);
  }
}

function said(title: string, state: DoctorState, sentence: string, fix: DoctorFix | null = null): Said {
  return { title, state, sentence, fix };
}

type Fact<Id extends DoctorFact['id']> = Extract<DoctorFact, { id: Id }>;

function plan({ plan: path, manifest }: Fact<'plan'>, t: Translate): Said {
  if (path === null)
    return said(t('Plan'), 'missing', t('There is no experiment plan in this folder.'), { kind: 'newPlan' });
  return manifest === null
    ? said(
        t('Plan'),
        'missing',
        t('{0} is there; the run manifest that says how each run is started is not.', path),
        {
          kind: 'newPlan',
        },
      )
    : said(t('Plan'), 'ok', t('{0} with {1}', path, manifest));
}

function gpus({ names, memoryMiB, problem }: Fact<'gpus'>, t: Translate): Said {
  if (problem !== null) return said(t('GPUs'), 'missing', problem);
  if (names.length === 0)
    return said(t('GPUs'), 'optional', t('There is no NVIDIA GPU here; runs that need none go on.'));
  const kinds = [...new Set(names)].map(
    (name) => `${names.filter((each) => each === name).length} × ${name}`,
  );
  const memory = memoryMiB === null ? '' : t(' · {0} GiB together', (memoryMiB / 1024).toFixed(0));
  return said(t('GPUs'), 'ok', `${kinds.join(', ')}${memory}`);
}

function target({ target: name, reachable, said: answer }: Fact<'target'>, t: Translate): Said {
  const setting = { kind: 'setting', setting: 'bridge.target' } as const;
  if (name === 'local') return said(t('Where runs run'), 'ok', t('On this machine.'));
  if (reachable === null)
    return said(t('Where runs run'), 'unknown', t('On {0}; it was not tried.', name), setting);
  return reachable
    ? said(t('Where runs run'), 'ok', t('On {0}, which answers.', name))
    : said(
        t('Where runs run'),
        'missing',
        t('On {0}, which does not answer: {1}', name, answer ?? '?'),
        setting,
      );
}

function author({ author: name, found }: Fact<'author'>, t: Translate): Said {
  const fix = { kind: 'setting', setting: 'bridge.author' } as const;
  if (name === 'none')
    return said(
      t('Author agent'),
      'optional',
      t('Nobody writes code for you; the code of every run must be there already.'),
      fix,
    );
  return found === false
    ? said(t('Author agent'), 'missing', t('{0} is chosen, and its program is not on the PATH.', name), fix)
    : said(t('Author agent'), found === null ? 'unknown' : 'ok', t('{0} writes code.', name), fix);
}

function reviewers({ reviewers: chosen }: Fact<'reviewers'>, t: Translate): Said {
  const fix = { kind: 'setting', setting: 'bridge.reviewers' } as const;
  if (chosen.length === 0)
    return said(
      t('Reviewers'),
      'optional',
      t('Nobody reviews the code; the checkpoint and the results will say so.'),
      fix,
    );
  const lacking = chosen.filter(({ ready }) => ready === false);
  if (lacking.length < chosen.length)
    return said(
      t('Reviewers'),
      'ok',
      t(
        'Ready: {0}',
        chosen
          .filter(({ ready }) => ready !== false)
          .map(({ id }) => id)
          .join(', '),
      ),
    );
  const [first] = lacking;
  return said(
    t('Reviewers'),
    'missing',
    t('{0} is chosen and lacks {1}.', first!.id, first!.lacks ?? '?'),
    fix,
  );
}

function rented({ machines, driven, problem }: Fact<'rented'>, t: Translate): Said {
  const title = t('Rented machines');
  const [first, ...others] = machines;
  if (first === undefined)
    return problem === null
      ? said(title, 'ok', t('Nothing is rented.'))
      : said(title, 'unknown', t('Whether something is rented could not be found out: {0}', problem));
  const price = machines.reduce((sum, each) => sum + each.usdPerHour, 0).toFixed(2);
  const known = machines.every(({ usd }) => usd !== null);
  const spent = machines.reduce((sum, each) => sum + (each.usd ?? 0), 0).toFixed(2);
  const who = others.length === 0 ? first.label : t('{0} and {1} more', first.label, others.length);
  const cost = known
    ? t('{0} costs ${1} an hour, about ${2} so far.', who, price, spent)
    : t('{0} costs ${1} an hour.', who, price);
  return driven
    ? said(title, 'ok', `${cost} ${t('A driver is there, which gives back what no run needs.')}`)
    : said(title, 'missing', `${cost} ${t('Nothing drives this study, so nobody gives it back.')}`, {
        kind: 'release',
      });
}

function wandb({ installed, key }: Fact<'wandb'>, t: Translate): Said {
  if (installed !== true)
    return said(
      t('Weights & Biases'),
      'optional',
      t('wandb is not installed for this Python; Bridge reads metrics from files and needs none.'),
      {
        kind: 'terminal',
        command: 'pip install wandb',
      },
    );
  return key
    ? said(t('Weights & Biases'), 'ok', t('wandb is installed, and WANDB_API_KEY is set.'))
    : said(
        t('Weights & Biases'),
        'optional',
        t('wandb is installed; WANDB_API_KEY is not set, so its runs may ask for a login.'),
        {
          kind: 'terminal',
          command: 'wandb login',
        },
      );
}
