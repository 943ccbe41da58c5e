import { expect, test } from 'vitest';
import { parseReview } from '../../../../src/core/agents/parseReview';

const finding = {
  ...{ severity: 'MAJOR', file: 'a.py', line: 3, endLine: 4, title: 't', why: 'w', fix: 'f', patch: null },
  check: 'logic',
};
const groundTruth = {
  ...{ answer: 'yes', evaluationType: 'real_gt', sameForAllMethods: true, officialScript: 'used' },
  ...{ file: 'eval.py', line: 1 },
};
const document = JSON.stringify({ findings: [finding], groundTruth });

test.each([
  ['alone', document],
  [
    'in a fence, after an example of one',
    `Like this:\n\`\`\`json\n{"a": 1}\n\`\`\`\nHere:\n\`\`\`json\n${document}\n\`\`\`\n`,
  ],
  ['in the middle of prose with braces', `I used {curly} words. ${document} That is all {really}.`],
])('a document is found %s', (_, text) => {
  expect(parseReview(text)).toMatchObject({ fits: true, findings: [finding], groundTruth, unread: null });
});

test('spelling that cannot be misunderstood is taken', () => {
  const sloppy = { ...finding, severity: ' critical', line: '12', check: 'ground_truth' } as Record<
    string,
    unknown
  >;
  delete sloppy.endLine;
  delete sloppy.patch;
  const parsed = parseReview(
    JSON.stringify({ findings: [sloppy], groundTruth: { answer: 'Cannot tell' }, model: 'me' }),
  );
  expect(parsed.fits).toBe(true);
  expect(parsed.findings[0]).toMatchObject({
    severity: 'CRITICAL',
    line: 12,
    endLine: null,
    check: 'ground-truth',
  });
  expect(parsed.groundTruth).toMatchObject({ answer: 'cannot-tell', file: null });
});

test('the answer about ground truth is required', () => {
  const parsed = parseReview(JSON.stringify({ findings: [] }));
  expect(parsed.fits).toBe(false);
  expect(parsed.wrong.join()).toContain('groundTruth');
});

test('a finding that does not fit is kept verbatim beside those that do', () => {
  const odd = { ...finding, severity: 'BLOCKER', title: 'Look here' };
  const parsed = parseReview(JSON.stringify({ findings: [odd, finding], groundTruth }));
  expect(parsed).toMatchObject({ fits: false, findings: [finding] });
  expect(parsed.wrong.join()).toContain('findings[0]: severity');
  expect(parsed.unread).toContain('Look here');
});

test.each([
  ['half a document', document.slice(0, -20), 'its JSON ends in the middle'],
  ['prose', 'Looks good.', 'there is no JSON in it'],
  ['nothing', '  ', 'it is empty'],
  ['another document', '{"verdict": "fine"}', 'it is not an object with "findings" and "groundTruth"'],
])('%s is kept as it came, with what is wrong with it', (_, text, wrong) => {
  expect(parseReview(text)).toMatchObject({ fits: false, wrong: [wrong], unread: text, groundTruth: null });
});

test('of ten thousand findings the worst are shown first and the rest are counted', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({
    ...finding,
    title: `n${at}`,
    severity: at === 9999 ? 'CRITICAL' : 'MINOR',
  }));
  const parsed = parseReview(JSON.stringify({ findings: many, groundTruth }));
  expect(parsed.findings).toHaveLength(200);
  expect(parsed.findings[0]).toMatchObject({ severity: 'CRITICAL', title: 'n9999' });
  expect(parsed.notes.join()).toContain('10000 findings');
});

test('two megabytes of braces and quotes are read within a second', () => {
  for (const piece of ['{', '{"', '}{', '```json\n{\n', '{"findings": ']) {
    const from = performance.now();
    expect(parseReview(piece.repeat((2 * 1024 * 1024) / piece.length)).fits).toBe(false);
    expect(performance.now() - from, piece).toBeLessThan(1000);
  }
});
