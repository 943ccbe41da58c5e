import { describe, expect, it } from 'vitest';
import { judgeProposal, planGaps, type ProposedFact } from '../../../../src/core/plan/proposal';
import { parsePlan } from '../../../../src/core/plan/parsePlan';

const text = `# Experiment Plan: Clipping

### Block 1: Clipping against none
- **Metrics**: accuracy
- **Success criterion**: it should clearly win

We want clip to beat sgd by more than one point of accuracy.

## Run Order

| Milestone | Goal | Runs | Decision Gate | Cost |
|-----------|------|------|---------------|------|
| M0: Sanity | runs | R001 | accuracy > 0.1 | 0.1 GPU-h |
`;

const fact = (changes: Partial<ProposedFact> = {}): ProposedFact => ({
  gap: { kind: 'criterion', of: 'B1', span: null },
  markdown: '- **Success criterion**: accuracy > 1 pp over sgd',
  afterLine: 4,
  source: { first: 7, last: 7, quote: 'clip to beat sgd by more than one point of accuracy' },
  ...changes,
});

describe('facts that an author agent proposes for the gaps of a plan', () => {
  it('are asked for where the reader found none', () => {
    expect(planGaps(parsePlan(text)).map(({ kind, of }) => [kind, of])).toEqual([['criterion', 'B1']]);
    expect(planGaps(parsePlan('# Plan\n\nprose'))).toMatchObject([{ kind: 'milestones' }]);
  });

  it('are put in where their source stands and the gap is then closed', () => {
    const { text: after, kept, refused } = judgeProposal(text, [fact()]);
    expect([kept.length, refused.length]).toEqual([1, 0]);
    expect(planGaps(parsePlan(after))).toEqual([]);
    expect(after.replace('- **Success criterion**: accuracy > 1 pp over sgd\n', '')).toBe(text);
  });

  it('are left out where the plan does not say so', () => {
    const invented = fact({ source: { first: 7, last: 7, quote: 'by at least five points' } });
    const nowhere = fact({ source: { first: 99, last: 99, quote: 'clip' } });
    const useless = fact({ markdown: 'We expect a clear win.' });
    const outside = fact({ afterLine: 400 });
    const { kept, refused, text: after } = judgeProposal(text, [invented, nowhere, useless, outside]);
    expect(kept).toEqual([]);
    expect(refused.map(({ why }) => why)).toEqual(['source', 'source', 'gap', 'place']);
    expect(after).toBe(text);
  });

  it('keep CRLF and a missing last newline', () => {
    const crlf = text.trimEnd().replaceAll('\n', '\r\n');
    const { text: after } = judgeProposal(crlf, [fact()]);
    expect(after).toContain('pp over sgd\r\n- **Success');
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });
});
