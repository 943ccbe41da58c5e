import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { selfCheck } from '../../../../src/core/selfCheck/selfCheck';

/**
 * Programs in pairs: NAME.bad.py marks each line at which something is to be found with `# FINDS [SEVERITY] title`, NAME.good.py
 * is its correct twin, in which nothing may be found. The first line of each is the fact that it stands for.
 */
const folder = join(__dirname, '../../../fixtures/selfCheck');
const programs = readdirSync(folder).filter((name) => name.endsWith('.py'));

for (const name of programs) {
  const text = readFileSync(join(folder, name), 'utf8');
  it(text.split('\n')[0]!.replace(/^# /, ''), () => {
    const findings = selfCheck({ files: [{ path: name, text }], plan: null, manifest: null });
    const wanted = text.split('\n').flatMap((line, at) => {
      const mark = /# FINDS (?:(CRITICAL|MAJOR|MINOR) )?(.*)$/.exec(line);
      return mark ? [{ line: at + 1, severity: mark[1], title: mark[2]! }] : [];
    });
    expect(name.endsWith('.bad.py')).toBe(wanted.length > 0);
    expect(findings.map(({ line }) => line).sort((a, b) => a - b)).toEqual(wanted.map(({ line }) => line));
    for (const { line, severity, title } of wanted) {
      const found = findings.find((finding) => finding.line === line)!;
      expect(found.title).toMatch(new RegExp(title));
      if (severity) expect(found.severity).toBe(severity);
      expect(found.file).toBe(name);
      expect(found.endLine).toBeGreaterThanOrEqual(found.line);
      expect(found.why).toContain('line ');
      expect(found.fix).not.toBe('');
    }
  });
}

it('every kind of mistake has a correct twin', () => {
  const stems = (end: string) =>
    programs.filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
  expect(stems('.bad.py')).toEqual(stems('.good.py'));
  expect(programs.length).toBeGreaterThan(40);
});

it('a finding tells the way: where it is computed, where the rows are divided, where the model is trained', () => {
  const text = readFileSync(join(folder, 'textVectorsBeforeSplit.bad.py'), 'utf8');
  const [finding] = selfCheck({ files: [{ path: 'a.py', text }], plan: null, manifest: null });
  const line = (part: string) => text.split('\n').findIndex((each) => each.includes(part)) + 1;
  expect(finding!.why).toContain(
    `line ${line('fit_transform')} TfidfVectorizer is computed from reviews.csv`,
  );
  expect(finding!.why).toContain(
    `line ${line('train_test_split(features')} train_test_split divides those rows`,
  );
  expect(finding!.why).toContain(`line ${line('model.fit')} model.fit(train_x, train_y) trains on one side`);
});

it('unit tests are no experiments: what they score on which rows is left alone', () => {
  const text = readFileSync(join(folder, 'trainingScoreOnly.bad.py'), 'utf8');
  const check = (start: string) =>
    selfCheck({ files: [{ path: 'test_model.py', text: start + text }], plan: null, manifest: null });
  expect(check('')).toHaveLength(1);
  expect(check('import pytest\n')).toEqual([]);
});
