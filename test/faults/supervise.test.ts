import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { openWorkspaceClient } from '../../src/store/workspaceClient';
import { cliPath, until } from '../integration/harness/bridge';
import { QueueWorkspace } from './queueWorkspace';

let ws: QueueWorkspace;
afterEach(() => ws.dispose());

describe('a queue whose editor is killed', () => {
  it('of 200 runs goes on under bridge supervise, and whoever opens it again sees it live within 2 s', async () => {
    ws = new QueueWorkspace(`
max_parallel: 4
phases:
  - name: p
    grid: { n: [${Array.from({ length: 200 }, (_, n) => n).join(', ')}] }
    template: { id: "a\${n}", gpus: 0, cmd: "echo $BRIDGE_RUN >> ledger; sleep 0.05" }
`);
    const { child, ended } = ws.start('queue', 'm.yaml');
    await until('some have run', () => ws.ledger().length > 10);
    child.kill('SIGKILL');
    await ended;
    // What the editor does: it starts the driver in a session of its own and goes on; then it is killed, group and all.
    const script = `const { spawn } = require('node:child_process');
      spawn(process.execPath, ['${cliPath}', 'supervise', '--workspace', '${ws.root}'], { detached: true, stdio: 'ignore' }).unref();
      setInterval(() => {}, 1000);`;
    const before = ws.ledger().length;
    const editor = spawn(process.execPath, ['-e', script], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...ws.env },
    });
    await until('the driver is at work', () => ws.ledger().length > before + 5);
    process.kill(-editor.pid!, 'SIGKILL');
    const killedAt = ws.ledger().length;
    const opened = performance.now();
    const client = openWorkspaceClient({ root: ws.root, startDriver: () => undefined });
    try {
      const seen = client.state.revision;
      await until('the reopened editor sees it live', () => client.driving && client.state.revision > seen);
      expect(performance.now() - opened).toBeLessThan(2000);
      await until('all have run', () => client.state.ended !== null);
      expect(client.state.ended!.outcome).toBe('done');
    } finally {
      client.dispose();
    }
    expect(killedAt).toBeLessThan(200);
    expect(ws.ledger()).toHaveLength(200);
    expect(new Set(ws.ledger()).size).toBe(200);
  });
});
