import { expect, it } from 'vitest';
import { parseProposal } from '../../../../src/core/plan/parseProposal';

it.each([
  [
    '# Gating\n## Problem\nx\n## 3. Method Thesis\nGates *help*.\nAlways.\n## Details\ny\n',
    'Gates help. Always.',
    5,
  ],
  ['# Gating\n**Method Thesis**: Gates help.\n\nMore.\n', 'Gates help.', 2],
  [
    '# Gating\n## Final Thesis\n**Thesis (one sentence).** Gates help.\n',
    'Thesis (one sentence). Gates help.',
    3,
  ],
  ['# Gating\n## Proposed Method\n### Overview\nGates help.\n### Loss\nz\n', 'Gates help.', 4],
  ['# 门控\n## 方法主张\n门控有效。\n', '门控有效。', 3],
])('the method of a proposal is its thesis, or else its section on the method', (text, method, line) => {
  const proposal = parseProposal(text);
  expect(proposal.method).toMatchObject({ text: method, span: { start: { line } } });
});

it('a proposal without a method says so', () => {
  expect(parseProposal('# Title `x`\n\nProse.\n')).toEqual({ title: 'Title x', method: null });
});
