// The panel of a real VS Code with 10,000 runs of which 200 change each second: how soon it is drawn, frames a second by
// requestAnimationFrame, the longest block of the extension host's thread, memory of both. Needs dist/bridge.vsix
// (`npm run package`); without VS Code or a browser it says so and measures nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

if (!existsSync(join('dist', 'bridge.vsix')))
  console.log('10,000 runs in the panel: not measured, dist/bridge.vsix is missing ("npm run package").');
else {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { stdout, status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project', 'e2e', 'test/e2e/panelTenThousand.test.ts'],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  const figures = /^(panel drawn|lying still|sorted by time|scrolling|extension host|pages open)/;
  for (const line of stdout.split('\n'))
    if (figures.test(line)) console.log(`10,000 runs in the panel: ${line}`);
  process.exitCode = status ?? 1;
}
