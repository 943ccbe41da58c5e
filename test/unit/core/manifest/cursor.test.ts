import { describe, expect, it } from 'vitest';
import { manifestCursor } from '../../../../src/core/manifest/cursor';

/** `‸` marks the place. */
function at(marked: string) {
  const offset = marked.indexOf('‸');
  return manifestCursor(marked.replace('‸', ''), offset);
}
const place = (marked: string) => {
  const cursor = at(marked);
  return (
    cursor && [...cursor.path, ...(cursor.key === null ? [] : [`${cursor.key}:`]), cursor.prefix].join(' ')
  );
};

const long = `project: p
jobs:
  # one
  - id: R001
    milestone: M0
    metrics:
      accuracy: "results/R001.json#/a"
  - id: R002
    cmd: python train.py
    `;

describe('the place where a person types in a manifest', () => {
  it.each([
    ['‸', ''],
    ['project: p\nev‸', 'ev'],
    ['project: p\nprimary_metric:\n  na‸', 'primary_metric na'],
    ['jobs:\n  - i‸', 'jobs - i'],
    ['jobs:\n  - ‸', 'jobs - '],
    ['jobs:\n- id: R1\n  mi‸', 'jobs - mi'],
    ['jobs:\n- id: R1\n  milestone: M‸', 'jobs - milestone: M'],
    [`${long}mil‸`, 'jobs - mil'],
    [`${long}metrics:\n      acc‸`, 'jobs - metrics acc'],
    [`${long}retry: { oom: 2, net‸`, 'jobs - retry net'],
    ['jobs:\n  - { id: R1, mil‸ }', 'jobs - mil'],
    ['jobs:\n  - { id: R1, milestone: M‸ }', 'jobs - milestone: M'],
    ['jobs:\n  - { id: R1,\n      cmd: "python train.py --a", expe‸', 'jobs - expe'],
    ['jobs:\n  - { id: R1, metrics: { acc‸', 'jobs - metrics acc'],
    ['jobs:\n  - { id: R1, depends_on: [a, b‸', 'jobs - depends_on: b'],
    ['phases:\n  - name: a\n    template:\n      cm‸', 'phases - template cm'],
    ['phases:\n  - name: a\n    depends_on: [tr‸]', 'phases - depends_on: tr'],
    ['phases:\n  - name: a\n    jobs:\n      - id: x\n        sy‸', 'phases - jobs - sy'],
    ['jobs:\n  - id: R1\n    cmd: "python tr‸', 'jobs - cmd: python tr'],
    ["jobs:\n  - id: R1\n    cmd: it's python tr‸", "jobs - cmd: it's python tr"],
    ['baselines:\n  a: b\nga‸', 'ga'],
  ])('%j is at %j', (marked, expected) => expect(place(marked)).toBe(expected));

  it('is none inside a comment or a block of text', () => {
    expect(at('jobs: # the ru‸')).toBeNull();
    expect(at('env:\n  setup: |\n    module lo‸')).toBeNull();
  });

  it('knows the keys that its block has already, above and below', () => {
    expect(
      at('jobs:\n  - id: R1\n    cmd: x\n    ‸\n    seed: 1\n  - id: R2\n    gpus: 1')?.siblings,
    ).toEqual(expect.arrayContaining(['id', 'cmd', 'seed']));
    expect(
      at('jobs:\n  - id: R1\n    cmd: x\n    ‸\n    seed: 1\n  - id: R2\n    gpus: 1')?.siblings,
    ).not.toContain('gpus');
    expect(at('jobs:\n  - { id: R1, seed: 2, ‸ }')?.siblings).toEqual(['id', 'seed']);
  });

  it('is found at any place of any text without a throw', () => {
    for (let offset = 0; offset <= long.length; offset++) manifestCursor(long, offset);
    for (const text of ['{[{[', '- - - a:', '\t:\n', '"', "'", '#', 'a: {b: [', ']]}}'])
      for (let offset = 0; offset <= text.length; offset++) manifestCursor(text, offset);
  });
});
