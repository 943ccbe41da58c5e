import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { QueueWorkspace } from './queueWorkspace';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

/** Nothing may start, and the message names the place. */
async function refused(manifest: string, place: RegExp, ...words: RegExp[]): Promise<void> {
  ws = new QueueWorkspace(manifest);
  const { code, stderr } = await ws.queue();
  expect(stderr).toMatch(place);
  for (const word of words) expect(stderr).toMatch(word);
  expect(code).toBe(2);
  expect(ws.ledger()).toEqual([]);
  expect(existsSync(ws.path('.bridge/jobs/a'))).toBe(false);
}

const job = (text: string) => `jobs:\n  - { id: a, gpus: 0, cmd: "echo ran >> ledger", ${text} }\n`;

describe('a manifest that cannot be run starts nothing, and its fault is named with file, line and column', () => {
  it('an unknown placeholder', () =>
    refused('jobs:\n  - { id: a, gpus: 0, cmd: "echo ${seeed} >> ledger" }\n', /m\.yaml:2:\d+/, /seeed/));

  it('a placeholder that a grid does not have', () =>
    refused(
      'phases:\n  - name: p\n    grid: { seed: [1] }\n    template: { id: "a${seed}", gpus: 0, cmd: "echo ${lr} >> ledger" }\n',
      /m\.yaml:4:\d+/,
      /\$\{lr\}/,
      /\$\{seed\}/,
    ));

  it('a cycle, each of its members by name', () =>
    refused(
      'jobs:\n  - { id: a, gpus: 0, cmd: "echo ran >> ledger", depends_on: c }\n  - { id: b, gpus: 0, cmd: "true", depends_on: a }\n  - { id: c, gpus: 0, cmd: "true", depends_on: b }\n',
      /m\.yaml:\d+:\d+/,
      /a.*b.*c|a.*c.*b|b.*c.*a|c.*a.*b|c.*b.*a|b.*a.*c/,
    ));

  it('a dependency that there is not', () => refused(job('depends_on: nowhere'), /m\.yaml:2:\d+/, /nowhere/));

  it('a scalar where a list belongs', () => refused('jobs: a\n', /m\.yaml:1:\d+/, /list/));

  it('a scalar where the values of a grid belong', () =>
    refused(
      'phases:\n  - name: p\n    grid: { seed: 42 }\n    template: { id: "a${seed}", gpus: 0, cmd: "echo ran >> ledger" }\n',
      /m\.yaml:3:\d+/,
      /list/,
    ));

  it('an output outside the workspace', () =>
    refused(job('expected_output: "../../etc/passwd"'), /m\.yaml:2:\d+/, /leaves the workspace/));

  it('an id that is a path', () =>
    refused('jobs:\n  - { id: "../a", gpus: 0, cmd: "echo ran >> ledger" }\n', /m\.yaml:2:\d+/));

  it('a grid value that a shell would interpret', () =>
    refused(
      'phases:\n  - name: p\n    grid: { x: ["1; touch pwned"] }\n    template: { id: "a1", gpus: 0, cmd: "echo ${x} >> ledger" }\n',
      /m\.yaml:\d+:\d+/,
      /shell/,
    ));

  it('YAML that is none', () => refused('jobs:\n  - { id: a, cmd: "x"\n', /m\.yaml:\d+:\d+/));

  it('a job without a command', () => refused('jobs:\n  - { id: a, gpus: 0 }\n', /m\.yaml:2:\d+/, /cmd/));

  it('a manifest that is not there', async () => {
    ws = new QueueWorkspace();
    const { code, stderr } = await ws.queue('nowhere.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/nowhere\.yaml/);
  });
});
