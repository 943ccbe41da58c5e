import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossCheck } from '../../../../src/core/links/checks';
import { fixesFor } from '../../../../src/core/links/fixes';
import { mentionAt, mentionsIn, mentionsOf } from '../../../../src/core/links/mentions';
import { documentsOf } from '../../../../src/core/links/model';
import { pathAt, scriptsIn } from '../../../../src/core/links/paths';
import { questions } from '../../../../src/core/links/questions';
import { mayRename, renameRun } from '../../../../src/core/links/renameRun';
import { runRecords } from '../../../../src/core/links/runRecords';
import { planTemplate, trackerTemplate, manifestTemplate } from '../../../../src/core/plan/template';
import { edited, files, small, study, type Texts } from './study';

const documents = study(small);
const lineOf = (text: string, offset: number) => text.slice(0, offset).split('\n').length;
const texts = new Map(documentsOf(documents).map(({ file, text }) => [file, text]));
const places = (id: string) =>
  mentionsOf(documents, { kind: 'run', id }).map(({ file, from, role }) =>
    [file.replace(/^.*[/_](\w+)\.\w+$/, '$1').toLowerCase(), lineOf(texts.get(file)!, from), role].join(' '),
  );

describe('a run and everything that names it', () => {
  it('is one run in plan, tracker and manifest', () => {
    const record = runRecords(documents).get('R002')!;
    expect(record.rows.map(({ row }) => row.milestone)).toEqual(['M1']);
    expect(record.entry?.job.command).toContain('--run R002');
    expect(record.plannedIn).toBe('M1');
    expect([...runRecords(documents).keys()].sort()).toEqual(
      ['R001', 'R002', 'R003', 'R004', 'R005', 'R006', 's1', 's2'].sort(),
    );
  });

  it('is found in rows, entries, ranges, prose and dependencies, and told from commands and paths', () => {
    expect(places('R002')).toEqual(
      [
        'tracker 6 row',
        'experiments 4 entry',
        'plan 13 range',
        'plan 15 word',
        'plan 15 code',
        'plan 18 code',
        'experiments 7 code',
        'experiments 11 word',
        'experiments 12 word',
        'experiments 17 word',
      ].sort((a, b) => weight(a) - weight(b)),
    );
    function weight(place: string) {
      return / row$/.test(place) ? 0 : / entry$/.test(place) ? 1 : 2;
    }
  });

  it('is known at its place, also at either end of a range', () => {
    const { plan } = documents;
    const at = plan!.text.indexOf('R002-R004');
    expect(mentionAt(documents, plan!, at + 1)?.id).toBe('R002');
    expect(mentionAt(documents, plan!, at + 7)?.id).toBe('R004');
    expect(mentionAt(documents, plan!, 3)).toBeNull();
  });

  it('made by a template leads to the template', () => {
    const places = questions.run(documents, { id: 's2' })!;
    expect(small.manifest!.slice(places.entry!.from, places.entry!.to)).toBe('"s${seed}"');
    expect(places.scripts).toEqual(['run.sh']);
  });

  it('has milestones and blocks beside it that are told apart', () => {
    const { plan, manifest } = documents;
    const milestone = mentionAt(documents, plan!, plan!.text.indexOf('M1: Main'));
    expect(milestone).toMatchObject({ kind: 'milestone', id: 'M1', role: 'key' });
    const named = mentionAt(documents, manifest!, manifest!.text.indexOf('milestone: M1') + 12);
    expect(named).toMatchObject({ kind: 'milestone', id: 'M1', role: 'word' });
    expect(mentionAt(documents, plan!, plan!.text.indexOf('B1'))).toMatchObject({ kind: 'block', id: 'B1' });
  });
});

describe('renaming a run', () => {
  it('changes row, entry, references and prose, writes a range out, and leaves commands and paths', () => {
    const renaming = renameRun(documents, 'R002', 'R021');
    if (!renaming.ok) throw new Error(renaming.why);
    const after = edited(small, renaming.edits);
    expect(after.plan).toContain('| M1: Main | Compare | R021, R003, R004, R006 |');
    expect(after.plan).toContain(
      'R021 is the run to beat; see `results/R002.json`, made by `python train.py --run R002`',
    );
    expect(after.tracker).toContain('| `R021` | M1 |');
    expect(after.manifest).toContain('- id: R021\n');
    expect(after.manifest).toContain('baseline: R021\n    depends_on: [R001, R021]');
    expect(after.manifest).toContain('depends_on: R021\n    grid');
    expect(after.manifest).toContain('--run R002 --out results/R002.json');
    const record = runRecords(study(after)).get('R021')!;
    expect(record.entry?.job.expectedOutputs).toEqual(['results/R002.json']);
    expect(record.plannedIn).toBe('M1');
  });

  it('in the middle of a range keeps its neighbours', () => {
    const renaming = renameRun(documents, 'R003', 'R030');
    if (!renaming.ok) throw new Error(renaming.why);
    const after = edited(small, renaming.edits);
    expect(after.plan).toContain('| R002, R030, R004, R006 |');
    expect(after.tracker).toContain('with R030');
    expect(after.manifest).toContain('id: "R030"');
  });

  it('is refused where the run has begun, is made by a template, or the new id is another’s or none', () => {
    expect(renameRun(documents, 'R001', 'x')).toEqual({ ok: false, why: 'status', status: 'DONE' });
    expect(mayRename(documents, 's1')).toMatchObject({ ok: false, why: 'template' });
    expect(renameRun(documents, 'R002', 'R003')).toEqual({ ok: false, why: 'taken' });
    expect(renameRun(documents, 'R002', 'a b')).toEqual({ ok: false, why: 'invalid' });
    expect(renameRun(documents, 'R002', 'baseline')).toEqual({ ok: false, why: 'unreadable' });
    expect(mayRename(documents, 'R999')).toEqual({ ok: false, why: 'unknown' });
  });

  it('there and back gives the bytes from before, whatever the study is called', () => {
    const whole: Texts = { plan: planTemplate, tracker: trackerTemplate, manifest: manifestTemplate };
    const ids = ['R005', 'R006', 'R007'];
    fc.assert(
      fc.property(fc.constantFrom(...ids), fc.stringMatching(/^[DEFKR]{1,3}[1-9][0-9]{2,3}$/), (id, to) => {
        const texts: Texts = { ...whole, plan: whole.plan!.replace('R005-R007', 'R005, R006, R007') };
        const there = renameRun(study(texts), id, to);
        if (!there.ok) throw new Error(there.why);
        const between = edited(texts, there.edits);
        expect(runRecords(study(between)).get(to)?.entry?.job.id).toBe(to);
        const back = renameRun(study(between), to, id);
        if (!back.ok) throw new Error(back.why);
        expect(edited(between, back.edits)).toEqual(texts);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a problem and its quick fix', () => {
  /** Takes the fix of the first problem with a code, and gives the texts after it. */
  function mend(texts: Texts, code: string, kind?: string): Texts {
    const read = study(texts);
    const own = documentsOf(read).flatMap(({ file, kind: document }) =>
      (read[document]?.read.problems ?? []).map((problem) => ({ ...problem, file })),
    );
    const problem = [...own, ...crossCheck(read)].find((each) => each.code === code);
    if (!problem?.file) throw new Error(`no ${code} among ${own.map((each) => each.code).join(', ')}`);
    const found = fixesFor(read, problem.file, problem);
    const fix = kind === undefined ? found[0] : found.find((each) => each.kind === kind);
    if (!fix) throw new Error(`no fix for ${code}`);
    return edited(texts, fix.edits);
  }
  const codes = (texts: Texts) => {
    const read = study(texts);
    return [...documentsOf(read).flatMap(({ kind }) => read[kind]!.read.problems), ...crossCheck(read)].map(
      ({ code }) => code,
    );
  };

  it('adds a line of seeds in the block’s own style', () => {
    const after = mend(small, 'plan.no-seeds');
    expect(after.plan).toContain('- **Priority**: MUST-RUN\n- **Seeds**: 1, 2, 3\n');
    expect(codes(after)).not.toContain('plan.no-seeds');
    const chinese = small.plan!.replace('Clipping against none', '裁剪对照');
    expect(mend({ ...small, plan: chinese }, 'plan.no-seeds').plan).toContain('- **随机种子**: 1, 2, 3');
  });

  it('says nothing of seeds where the plan states them elsewhere', () => {
    expect(codes({ ...small, plan: `${small.plan}\nAll runs use seeds 1-3.\n` })).not.toContain(
      'plan.no-seeds',
    );
  });

  it('creates the tracker rows that a milestone’s runs lack, in the table’s columns, with their milestone', () => {
    const after = mend(small, 'plan.run-without-row');
    expect(after.tracker).toContain('| R004 | M1 |');
    expect(runRecords(study(after)).get('R006')?.rows[0]?.row).toMatchObject({
      milestone: 'M1',
      status: 'todo',
    });
    expect(codes(after)).not.toContain('plan.run-without-row');
    expect(after.tracker!.startsWith(small.tracker!.trimEnd())).toBe(true);
  });

  it('takes a row of a range, or of a part, for a row of the run', () => {
    const row = (id: string) => small.tracker!.replace('| R003 |', `| ${id} |`);
    expect(codes({ ...small, tracker: row('R003-R006') })).not.toContain('plan.run-without-row');
    const parts = small.plan!.replace('R002-R004, R006', 'R002, R003');
    expect(codes({ ...small, plan: parts, tracker: row('R003a') })).not.toContain('plan.run-without-row');
    expect(codes({ ...small, plan: parts, tracker: row('R0030') })).toContain('plan.run-without-row');
  });

  it('makes an unquoted placeholder, a scalar and a mistyped key what they should be', () => {
    const manifest = (body: string) => ({ ...small, manifest: `jobs:\n  - { id: R002, ${body} }\n` });
    expect(
      mend(manifest('cmd: x, args: {seed: ${seed}}'), 'manifest.unquoted-placeholder').manifest,
    ).toContain('{seed: "${seed}"}');
    expect(mend(manifest('cmd: x, sytem: a'), 'manifest.unknown-key').manifest).toContain('system: a');
    const grid = { ...small, manifest: 'grid: { seed: 1 }\ntemplate: { id: "a${seed}", cmd: x }\n' };
    expect(mend(grid, 'manifest.list').manifest).toContain('seed: [1]');
    const shell = {
      ...small,
      manifest: 'grid: { seed: [1] }\ntemplate: { id: "a${seed}", cmd: "x ${HOME} ${seed}" }\n',
    };
    expect(mend(shell, 'manifest.placeholder').manifest).toContain('cmd: "x $${HOME} ${seed}"');
  });

  it('writes a status, and a line of dashes that fits its header', () => {
    const blank = small.tracker!.replace('| MUST-RUN | TODO | with R003 |', '| MUST-RUN |  | with R003 |');
    expect(mend({ ...small, tracker: blank }, 'tracker.row-without-status').tracker).toContain(
      '| TODO | with R003 |',
    );
    const odd = small.tracker!.replace('| TODO | with', '| maybe | with');
    expect(mend({ ...small, tracker: odd }, 'tracker.unknown-status').tracker).toMatch(/\| TODO\s+\| with/);
    const short = {
      ...small,
      plan: small.plan!.replace('|-----------|------|------|---------------|------|', '|---|---|'),
    };
    const after = mend(short, 'table.delimiter');
    expect(after.plan).toContain('|---|---|---|---|---|');
    expect(codes(after)).not.toContain('table.delimiter');
  });

  it('normalises an id that another document writes differently', () => {
    const manifest = small.manifest!.replace('id: "R003"', 'id: r3');
    const after = mend({ ...small, manifest }, 'link.id-differs');
    expect(after.manifest).toContain('id: R003\n');
    expect(after.manifest).toContain('--run R003');
  });

  it('creates an entry with what the tracker says, and leaves open what nobody said', () => {
    const read = study(small);
    const row = read.tracker!.read.rows.find(({ id }) => id === 'R005')!;
    const [one] = fixesFor(read, files.tracker, { code: 'tracker.no-job', span: row.span });
    const after = edited(small, one!.edits);
    const record = study(after);
    expect(after.manifest).toContain(
      '  - id: R005\n    milestone: M1\n    system: clip\n    seed: 2\n    cmd:\n    expected_output: results/R005.json\n    metrics: { accuracy: "results/R005.json#/accuracy" }\nphases:',
    );
    expect(record.manifest!.read.problems.map(({ code }) => code)).toEqual(['manifest.command']);
  });

  it('creates tracker and manifest where there is none', () => {
    const read = study({ manifest: small.manifest });
    const [fix] = fixesFor(read, files.manifest, {
      code: 'manifest.unlisted-run',
      span: read.manifest!.read.jobs[1]!.span,
    });
    expect(fix!.create?.file).toBe(files.tracker);
    expect(fix!.create?.text).toContain('| R002 | M1 |');
    const lone = study({ tracker: small.tracker });
    const [entry] = fixesFor(lone, files.tracker, {
      code: 'tracker.no-job',
      span: lone.tracker!.read.rows[1]!.span,
    });
    expect(entry!.create).toMatchObject({ file: files.manifest });
    expect(entry!.create?.text).toContain('  - id: R002\n');
  });
});

describe('what the editor asks of a manifest', () => {
  const complete = (marked: string) => {
    const offset = marked.indexOf('‸');
    const read = study({ ...small, manifest: marked.replace('‸', '') });
    return (
      questions.complete(read, { file: files.manifest, offset })?.proposals.map(({ label }) => label) ?? []
    );
  };

  it('completes keys that are not there yet, and names that plan, tracker and manifest hold', () => {
    expect(complete('jobs:\n  - id: R001\n    ‸')).toEqual(
      expect.arrayContaining(['cmd', 'milestone', 'metrics']),
    );
    expect(complete('jobs:\n  - id: R001\n    ‸')).not.toContain('id');
    expect(complete('jobs:\n  - id: R001\n    cmd: x\n  - id: ‸')).toEqual(
      expect.arrayContaining(['R002', 'R003', 'R005']),
    );
    expect(complete('jobs:\n  - id: R001\n    cmd: x\n  - id: ‸')).not.toContain('R001');
    expect(complete('jobs:\n  - { id: R001, milestone: ‸ }')).toEqual(['M0', 'M1']);
    expect(complete('jobs:\n  - id: R1\n    metrics: { ‸ }')).toEqual(['accuracy']);
    expect(complete('primary_metric: { direction: ‸ }')).toEqual(['higher', 'lower']);
    expect(complete(`${small.manifest}  - name: next\n    depends_on: [‸]`)).toContain('sweep');
  });

  it('says what a key is for', () => {
    const offset = small.manifest!.indexOf('depends_on') + 3;
    expect(questions.at(documents, { file: files.manifest, offset })?.key?.description).toMatch(
      /must be done first/,
    );
  });

  it('outlines and folds every document', () => {
    const outline = (file: string) =>
      questions.symbols(documents, { file }).map(({ kind, name }) => `${kind} ${name}`);
    expect(outline(files.plan)).toEqual(['block B1', 'milestone M0', 'milestone M1']);
    expect(outline(files.tracker)).toEqual(['milestone M0', 'milestone M1']);
    expect(outline(files.manifest)).toEqual(['run R001', 'run R002', 'run R003', 'phase sweep']);
    expect(questions.folds(documents, { file: files.tracker })).toEqual([{ start: 6, end: 8 }]);
    expect(questions.folds(documents, { file: files.manifest })).toEqual(
      expect.arrayContaining([
        { start: 2, end: 13 },
        { start: 4, end: 8 },
      ]),
    );
  });
});

describe('a path in a command or a cell', () => {
  it.each([
    ['python tr‸ain.py --x 1', 'train.py', null],
    ['see `results/R0‸01.json#/test/accuracy`.', 'results/R001.json', '/test/accuracy'],
    ['--out=results/a‸.json', 'results/a.json', null],
    ['expected_output: "fig/d_N${N}_‸*.json"', 'fig/d_N${N}_*.json', null],
    ['bash ./scripts/run‸.sh', 'scripts/run.sh', null],
  ])('%j', (marked, path, pointer) => {
    const offset = marked.indexOf('‸');
    expect(pathAt(marked.replace('‸', ''), offset)).toMatchObject({ path, pointer });
  });

  it.each(['accuracy > 0.‸5', 'about e‸.g. this', 'a − b‸', '--learning-ra‸te 3'])('%j is none', (marked) => {
    expect(pathAt(marked.replace('‸', ''), marked.indexOf('‸'))).toBeNull();
  });

  it('of a script is found behind interpreters, launchers and -m', () => {
    expect(scriptsIn('torchrun --nproc 4 src/train.py --config a.yaml')).toEqual(['src/train.py']);
    expect(scriptsIn('python -m lib.train --x && bash run.sh')).toEqual(['run.sh', 'lib/train.py']);
  });
});

describe('any text', () => {
  it('gives mentions inside it and no throw', () => {
    const piece = fc.constantFrom(
      'R001',
      'R002-R004',
      '| ',
      '\n',
      '`',
      '```\n',
      'M0',
      '- id: ',
      '${seed}',
      '{',
      '"',
      ' ',
      '表',
      '\r\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const noise = pieces.join('');
        const read = study({
          plan: small.plan + noise,
          tracker: small.tracker + noise,
          manifest: small.manifest + noise,
        });
        for (const document of documentsOf(read)) {
          for (const { from, to } of mentionsIn(read, document)) {
            expect(from).toBeGreaterThanOrEqual(0);
            expect(to).toBeLessThanOrEqual(document.text.length);
          }
          questions.folds(read, document);
          questions.symbols(read, document);
          questions.complete(read, { file: document.file, offset: document.text.length });
        }
        crossCheck(read);
      }),
      { numRuns: 100 },
    );
  });
});
