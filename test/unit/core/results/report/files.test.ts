import { describe, expect, it } from 'vitest';
import { formatTime } from '../../../../../src/core/results/report/localTime';
import { appendManifestRow } from '../../../../../src/core/results/report/manifestRow';
import { buildProvenance } from '../../../../../src/core/results/report/provenance';
import { renderResults } from '../../../../../src/core/results/report/renderResults';
import { findNumbers, verifyReport } from '../../../../../src/core/results/report/verifyReport';
import { versionedName } from '../../../../../src/core/results/report/versionedName';
import { digits, runs, sgd } from '../fixtureStudy';

const at = Date.UTC(2026, 10, 22, 23, 30, 5);

describe('a time', () => {
  it('is UTC unless an offset is given, and the offset stands beside it', () => {
    expect(formatTime(at)).toBe('2026-11-22 23:30:05 UTC');
    expect(formatTime(at, () => 330)).toBe('2026-11-23 05:00:05 +05:30');
    expect(formatTime(at, () => -570)).toBe('2026-11-22 14:00:05 -09:30');
  });
});

describe('a versioned name', () => {
  it('carries the local time, and counts up while it is taken', () => {
    expect(versionedName('refine-logs/EXPERIMENT_RESULTS.md', at, () => false)).toBe(
      'refine-logs/EXPERIMENT_RESULTS_20261122_233005.md',
    );
    const taken = new Set(['A_20261123_073005.md', 'A_20261123_073005_2.md']);
    expect(
      versionedName(
        'A.md',
        at,
        (name) => taken.has(name),
        () => 480,
      ),
    ).toBe('A_20261123_073005_3.md');
    expect(versionedName('a.b/NOTES', at, () => false)).toBe('a.b/NOTES_20261122_233005');
  });
});

describe('MANIFEST.md', () => {
  const row = { atMs: at, file: 'refine-logs/EXPERIMENT_RESULTS.md', description: 'Initial | results' };
  const line =
    '| 2026-11-22 23:30:05 UTC | /experiment-bridge | refine-logs/EXPERIMENT_RESULTS.md | implementation | Initial \\| results |';

  it('is made with its header', () => {
    expect(appendManifestRow(null, row)).toMatch(
      /^# Output Manifest\n\n\| Timestamp \| Skill \| File \| Stage \| Description \|\n/,
    );
    expect(appendManifestRow(null, row)).toContain(`\n${line}\n`);
  });

  it('keeps every byte of what others wrote, CRLF and text below the table included', () => {
    const existing =
      '# M\r\n| Timestamp | Skill | File | Stage | Description |\r\n|---|---|---|---|---|\r\n| a | b | c | d | e |\r\n\r\nNotes.\r\n';
    expect(appendManifestRow(existing, row)).toBe(existing.replace('| e |\r\n', `| e |\r\n${line}\r\n`));
  });

  it('gets the row below a table that ends without a line end, and a table where it has none', () => {
    const bare = '| Timestamp | Skill | File | Stage | Description |\n|---|---|---|---|---|';
    expect(appendManifestRow(bare, row)).toBe(`${bare}\n${line}\n`);
    expect(appendManifestRow('# Mine\n', row)).toMatch(/^# Mine\n\n\| Timestamp .*\n\|-.*\n\| 2026/);
  });

  it('appended twice has both rows in order', () => {
    const twice = appendManifestRow(appendManifestRow(null, row), { ...row, description: 'second' });
    expect(
      twice
        .split('\n')
        .filter((each) => each.startsWith('| 2026'))
        .map((each) => each.split(' | ').at(-1)),
    ).toEqual(['Initial \\| results |', 'second |']);
  });
});

describe('the numbers of a report', () => {
  const report = renderResults(digits(), 'en');

  it('are found with line, file, pointer and line of the file', () => {
    const numbers = findNumbers(report);
    expect(numbers).toHaveLength(14);
    const first = numbers[0]!;
    expect(first).toMatchObject({
      text: '0.620',
      file: 'results/R001.json',
      pointer: '/test/accuracy',
      fileLine: 7,
    });
    expect(report.split('\n')[first.line - 1]).toContain('R001');
    expect(first.href).toBe('../results/R001.json');
  });

  it('inside a fenced log are no numbers of the report', () => {
    expect(
      findNumbers('```text\n[1](a.json "a.json#/x")\n```\n[2](b.json "b.json#/x, line 3")'),
    ).toMatchObject([{ text: '2', line: 4 }]);
  });

  it('agree with themselves, at another time too', () => {
    expect(verifyReport(report, renderResults(digits({ generatedAt: at }), 'en'), 'r.md')).toEqual([]);
    expect(verifyReport(report.replaceAll('\n', '\r\n'), report, 'r.md')).toEqual([]);
  });

  it('that were edited by hand are differences with file, line, was and is', () => {
    const edited = report.replace('[0.912](../results/T1', '[0.942](../results/T1');
    const line = edited.split('\n').findIndex((each) => each.includes('[0.942]')) + 1;
    expect(verifyReport(edited, report, 'refine-logs/EXPERIMENT_RESULTS.md')).toEqual([
      { file: 'refine-logs/EXPERIMENT_RESULTS.md', line, was: '0.942', is: '0.912' },
    ]);
  });

  it('that changed in the files show up in rows, means and verdict', () => {
    const worse = digits();
    const recomputed = renderResults(
      {
        ...worse,
        milestones: worse.milestones.map((each) =>
          each.id === 'M2' ? { ...each, runs: runs('T', 'momentum', sgd) } : each,
        ),
      },
      'en',
    );
    const differences = verifyReport(report, recomputed, 'r.md');
    expect(differences).toContainEqual(expect.objectContaining({ was: '0.912', is: '0.880' }));
    expect(differences).toContainEqual(
      expect.objectContaining({ was: '- Main result: positive', is: '- Main result: negative' }),
    );
  });

  it('whose line was added or taken away are differences against nothing', () => {
    const lines = report.split('\n');
    const row = lines.findIndex((each) => each.startsWith('| T1 |'));
    const without = lines.filter((_, index) => index !== row).join('\n');
    expect(verifyReport(without, report, 'r.md')).toEqual([
      { file: 'r.md', line: row + 1, was: null, is: lines[row] },
    ]);
    expect(verifyReport(report, without, 'r.md')).toEqual([
      { file: 'r.md', line: row + 1, was: lines[row], is: null },
    ]);
  });
});

describe('provenance', () => {
  it('leads from every number of the report to file, hash, run, attempt, command and commit', () => {
    const study = digits();
    const untracked = { 'extra.py': 'beef' };
    const provenance = buildProvenance(
      digits(),
      new Map([
        [
          'T1',
          {
            ...{ attempt: 2, only: null, command: 'python3 train.py --run T1', host: 'gpu1', gpus: ['0'] },
            ...{ startedAt: Date.UTC(2026, 10, 20, 9), endedAt: Date.UTC(2026, 10, 20, 10) },
            origin: {
              gatheredAt: '2026-11-20T09:00:01.000Z',
              code: { commit: 'abc', dirty: true, diffSha256: 'd1ff', untracked },
              environment: 'e1',
            },
          },
        ],
      ]),
      {
        e1: { host: 'gpu1', os: 'Linux', python: null, packages: { numpy: '2.1' }, gpus: [], note: null },
      },
    );
    expect(provenance.numbers.find(({ key }) => key === 'T1#test/accuracy')).toEqual({
      ...{
        key: 'T1#test/accuracy',
        value: 0.912,
        file: 'results/T1.json',
        pointer: '/test/accuracy',
        line: 7,
      },
      ...{ sha256: null, run: 'T1', system: 'momentum', seed: 1, attempt: 2, only: null },
      ...{ command: 'python3 train.py --run T1', commit: 'abc', dirty: true, diffSha256: 'd1ff', untracked },
      ...{ environment: 'e1', host: 'gpu1', gpus: ['0'] },
      startedAt: '2026-11-20T09:00:00.000Z',
      endedAt: '2026-11-20T10:00:00.000Z',
    });
    expect(provenance.environments.e1?.packages).toEqual({ numpy: '2.1' });
    const reported = findNumbers(renderResults(study, 'en')).map(({ file, pointer }) => `${file}#${pointer}`);
    const known = new Set(provenance.numbers.map(({ file, pointer }) => `${file}#${pointer}`));
    expect(reported.filter((place) => !known.has(place))).toEqual([]);
    expect(provenance.criteria[0]).toMatchObject({ block: 'B1', judgement: { verdict: 'met' } });
    expect(JSON.parse(JSON.stringify(provenance))).toEqual(provenance);
  });
});
