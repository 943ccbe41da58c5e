import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { says } from '../fakes/scriptedModel';
import { startBridge, until } from './harness/bridge';
import { places, WrongStudy, type PrintedReview } from './harness/wrongStudy';

let study: WrongStudy;
beforeEach(async () => {
  study = await WrongStudy.open();
});
afterEach(() => study.dispose());

describe('a review', () => {
  const small = (more: Record<string, unknown> = {}) =>
    study.choose(['codex-mcp'], study.home.smallCodex(), more);

  test('is not asked for, and nothing is sent, before the person chose a reviewer', async () => {
    const none = await study.call('review');
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('bridge.reviewers');
    study.workspace.write('.vscode/settings.json', JSON.stringify({ 'bridge.reviewers': ['codex-exec'] }));
    const theirs = await study.call('review');
    expect(theirs.code).toBe(3);
    expect(theirs.stderr).toContain('The workspace sets bridge.reviewers; only your own settings can');
    expect(study.model.requests).toEqual([]);
  });

  test('stops a study with something critical before anything runs, until it is mended', async () => {
    small();
    const stopped = await study.call('run', '--yes');
    expect(stopped.code).toBe(1);
    expect(stopped.stdout).toContain('CRITICAL evaluate.py');
    expect(study.workspace.has('results')).toBe(false);

    study.workspace.edit('evaluate.py', 'target = teacher.predict(x)', 'target = label');
    study.script = () =>
      says(
        JSON.stringify(
          study.review({ findings: study.review().findings.filter((each) => each.severity === 'MAJOR') }),
        ),
      );
    study.workspace.edit('evaluate.py', '"""Share', '"""teacher.predict is not used here. Share');
    const mended = await study.call('run', '--yes');
    expect(mended.stderr).toContain('round 2');
    expect(study.workspace.has('results/R002.json')).toBe(true);
    const results = study.workspace.read('refine-logs/EXPERIMENT_RESULTS.md');
    expect(results).toContain('Review by gpt-5.4 (codex mcp), round 2: 0 critical, 1 major, 0 minor');
  });

  test('is not asked twice about the same content; after two critical rounds the person decides', async () => {
    small();
    expect((await study.call('run', '--yes')).code).toBe(1);
    expect((await study.call('run', '--yes')).code).toBe(1);
    const questions = () => study.model.requests.filter((request) => request.method === 'POST').length;
    expect(questions()).toBe(1);
    study.workspace.edit('train.py', 'default=20', 'default=21');
    expect((await study.call('run', '--yes')).code).toBe(1);
    expect(questions()).toBe(2);
    study.workspace.edit('train.py', 'default=21', 'default=22');
    expect((await study.call('run', '--yes')).code).toBe(1);
    expect(questions()).toBe(2);
    const status = (await study.call('status', '--json')).stdout;
    expect(status).not.toContain('"completed"');
  });

  test('lets what was waived with a reason go on, and the results repeat the reason', async () => {
    small();
    expect((await study.call('run', '--yes')).code).toBe(1);
    const { findings } = JSON.parse((await study.call('review', '--json')).stdout) as PrintedReview;
    for (const { id } of findings.filter((each) => each.severity === 'CRITICAL'))
      expect((await study.call('review', '--waive', id, '--reason', 'a demonstration')).code).toBe(0);
    expect((await study.call('review', '--waive', findings[0]!.id)).code).toBe(2);
    await study.call('run', '--yes');
    expect(study.workspace.has('results/R002.json')).toBe(true);
    expect(study.workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain(
      '2 critical waived: “Evaluated against the teacher”, because a demonstration',
    );
  });

  test('that nobody can give is said plainly, and the study goes on', async () => {
    study.choose(['codex-mcp', 'codex-exec', 'vscode-lm', 'openai'], '/nowhere/codex');
    await study.call('run', '--yes');
    expect(study.workspace.has('results/R002.json')).toBe(true);
    expect(study.workspace.read('refine-logs/EXPERIMENT_RESULTS.md')).toContain(
      'No reviewer could be reached, so no other model has read this code',
    );
  });

  test('of which nothing can be read is kept verbatim, and the next reviewer is asked', async () => {
    small();
    study.script = () => says('I like it. {"findings": [{"severity": "CRIT');
    const unread = await study.call('review', '--json');
    expect(unread.code).toBe(1);
    expect((JSON.parse(unread.stdout) as PrintedReview).unread).toBe(
      'I like it. {"findings": [{"severity": "CRIT',
    );
    expect(study.model.requests).toHaveLength(2);

    study.choose(['codex-mcp', 'codex-exec'], study.home.smallCodex());
    study.script = ({ before }) => (before < 4 ? says('I like it.') : says(JSON.stringify(study.review())));
    const next = await study.call('review', '--json');
    expect(next.stderr).toContain('nothing of it could be read');
    expect(places(JSON.parse(next.stdout) as PrintedReview)).toEqual(study.expectedPlaces());
  });

  test('keeps findings for files that are not there or lie outside, and points nowhere with them', async () => {
    small();
    const [first] = study.review().findings;
    const at = (file: string, line: number) => ({ ...first, file, line, title: `${file}:${line}` });
    const findings = [
      at(`${study.workspace.root}/evaluate.py`, 5),
      at('gone.py', 1),
      at('evaluate.py', 999),
      at('../../etc/passwd', 1),
      at('/etc/passwd', 1),
      at('refine-logs/../../x', 1),
    ];
    study.script = () => says(JSON.stringify(study.review({ findings })));
    const { code, stdout } = await study.call('review', '--json');
    expect(code).toBe(0);
    expect(
      (JSON.parse(stdout) as PrintedReview).findings.map(({ file, place }) => `${file} ${place}`),
    ).toEqual([
      'evaluate.py found',
      'gone.py no-such-file',
      'evaluate.py no-such-line',
      '../../etc/passwd outside',
      '/etc/passwd outside',
      'refine-logs/../../x outside',
    ]);
  });

  test('that takes longer than its deadline is given up, and no process is left', async () => {
    small({ 'review.deadlineMinutes': 0.02 });
    study.script = () => 'hang';
    const { code, stderr } = await study.call('review');
    expect(code).toBe(3);
    expect(stderr).toContain('No answer came within 1 seconds');
    expect(study.home.processes()).toEqual([]);
  });

  test('that is interrupted leaves no process, and is due again', async () => {
    small();
    study.script = () => 'hang';
    const running = startBridge(study.workspace, ['run', '--yes'], { env: study.env });
    await study.model.question(1);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await until('the client is gone', () => study.home.processes().length === 0);
    study.script = () => says(JSON.stringify(study.review()));
    expect((await study.call('run', '--yes')).code).toBe(1);
  });

  test('stands at the checkpoint with its answer about ground truth, and is marked stale by an edit', async () => {
    small();
    study.script = () => says(JSON.stringify(study.review({ findings: [] })));
    expect((await study.call('run')).code).toBe(0);
    study.workspace.edit('model.py', '0.02', '0.03');
    expect((await study.call('approve')).code).toBe(1);
    const { stdout } = await study.call('status', '--json');
    expect(stdout).toContain('The code was edited since.');
    expect(stdout).toContain('does NOT use the data set’s own labels (evaluate.py:');
  });

  test('is traced in full, with secrets taken out, where git does not look', async () => {
    small();
    study.script = () =>
      says(JSON.stringify({ ...study.review(), note: 'key dummy-key-0123 and sk-abcdefghijklmnop1234' }));
    const { tracePath } = JSON.parse((await study.call('review', '--json')).stdout) as PrintedReview;
    expect(tracePath).toMatch(
      /^\.aris\/traces\/experiment-bridge\/\d{4}-\d\d-\d\d_run01\/001-review-round-1\.response\.md$/,
    );
    const answer = study.workspace.read(tracePath!);
    expect(answer).toContain('"findings"');
    expect(answer).not.toMatch(/dummy-key-0123|sk-abc/);
    const base = tracePath!.replace('.response.md', '');
    expect(JSON.parse(study.workspace.read(`${base}.request.json`))).toMatchObject({ model: 'gpt-5.4' });
    expect(JSON.parse(study.workspace.read(`${base}.meta.json`))).toMatchObject({
      status: 'ok',
      thread_id: 'thread-1',
    });
    expect(study.workspace.read('.aris/traces/.gitignore')).toBe('*\n');
    expect(JSON.parse(study.workspace.read('.aris/meta/events.jsonl'))).toEqual({
      ...{ event: 'review_trace', skill: '/experiment-bridge', purpose: 'review-round-1' },
      ...{ thread_id: 'thread-1', trace_path: tracePath, status: 'ok' },
    });
    small({ traces: 'meta' });
    const meta = (JSON.parse((await study.call('review', '--json')).stdout) as PrintedReview).tracePath!;
    expect(meta).toContain('_run02/001-');
    expect(study.workspace.has(meta)).toBe(true);
    expect(study.workspace.has(meta.replace('.meta.json', '.response.md'))).toBe(false);
  });

  test('by a model of the author’s own family is passed over, unless the person lets it, and then it is marked', async () => {
    small({ author: 'acp:codex-acp' });
    const refused = await study.call('review');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('same family as the author');
    expect(study.model.requests).toEqual([]);
    small({ author: 'acp:codex-acp', 'review.sameFamily': true });
    expect((await study.call('review')).stdout).toContain('of the author’s own model family');
  });
});
