import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientHome, providerConfig } from '../fakes/agentsClients';
import { says, startScriptedModel, type ScriptedModel, type Step } from '../fakes/scriptedModel';
import { startBridge, until } from './harness/bridge';
import { parseDocument } from './harness/statusDocument';
import { waitsFor, Workspace, writesResult, writeTallyManifest } from './harness/workspace';

let workspace: Workspace;
let home: ClientHome;
let model: ScriptedModel;
let word: Step;

beforeEach(async () => {
  workspace = new Workspace();
  home = new ClientHome();
  model = await startScriptedModel(() => word);
  workspace.setUser({
    ...{ 'bridge.reviewers': ['codex-mcp'], 'bridge.codex.path': home.smallCodex() },
    'bridge.codex.config': providerConfig(model.url),
  });
  writeTallyManifest(workspace, [{ id: 'flat', does: `${logsFlat}\n${waitsFor('gate')}\n${writesResult}` }]);
});
afterEach(async () => {
  await model.close();
  await expect.poll(() => home.processes(), { timeout: 30_000 }).toEqual([]);
  home.dispose();
  workspace.dispose();
});

/** A loss that never moves, which may be a fault or a floor: a program cannot tell. */
const logsFlat = `mkdir -p results
for step in $(seq 1 200); do echo "{\\"step\\": $step, \\"train/loss\\": 0.693147}"; done > results/$BRIDGE_RUN.metrics.jsonl`;
const judges = (verdict: string) => says(JSON.stringify({ verdict, why: 'It stands at ln 2.' }));
const queue = (...more: string[]) =>
  startBridge(workspace, ['queue', 'refine-logs/experiments.yaml', '--json', ...more], {
    env: { HOME: home.path, CODEX_HOME: home.codexHome, MOCK_KEY: 'dummy-key-0123' },
  });

describe('a curve that the program flags and cannot judge', () => {
  test('goes to the reviewer by path; its STOP is told as its word, and stops nothing by itself', async () => {
    word = judges('STOP');
    const call = queue();
    await until('the judgement', () => call.stderr.includes('gpt-5.4 says of the curve: STOP'));
    expect(call.stderr).toContain('It stands at ln 2.');
    const sent = model.sent();
    expect(sent).toContain('flat: ');
    expect(sent).toMatch(/\.bridge\/[^"]*log/);
    // The curve itself is read by the client: it is not part of the question.
    expect(sent).not.toContain('0.693147}');
    workspace.write('gate', '');
    const { code, stdout } = await call.ended;
    expect(code).toBe(0);
    expect(parseDocument(stdout).jobs[0]).toMatchObject({ status: 'completed' });
    expect(model.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('is stopped by STOP where bridge.health says so, and the run says by whom', async () => {
    word = judges('STOP');
    const { code, stdout } = await queue('--set', 'bridge.health="stop"').ended;
    expect(code).toBe(1);
    const [job] = parseDocument(stdout).jobs;
    expect(job).toMatchObject({ id: 'flat', status: 'failed', attempts: 1 });
    expect(job!.why).toMatch(/stopped by the training check/);
  });

  test('goes on by CONTINUE, also where bridge.health would stop it', async () => {
    word = judges('CONTINUE');
    const call = queue('--set', 'bridge.health="stop"');
    await until('the judgement', () => call.stderr.includes('says of the curve: CONTINUE'));
    workspace.write('gate', '');
    const { code, stdout } = await call.ended;
    expect(code).toBe(0);
    expect(parseDocument(stdout).jobs[0]).toMatchObject({ status: 'completed' });
  });

  test('of which the reviewer says nothing that can be read keeps its flag, and its run goes on', async () => {
    word = says('Looks flat to me.');
    const call = queue('--set', 'bridge.health="stop"');
    await model.question(2);
    workspace.write('gate', '');
    const { code, stderr } = await call.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('flat: flat: ');
    expect(stderr).not.toContain('says of the curve');
  });
});
