// @ts-check
// The browser that the end-to-end tests drive.
import { existsSync } from 'node:fs';
import { MissingEnvironment, findProgram, must } from './process.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macApps = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * Path of a Chromium or Chrome. On Debian as root a missing one is installed, elsewhere the error says how to.
 * `BRIDGE_CHROMIUM` overrides the search.
 * @param {{ note?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 */
export async function ensureChromium({ note = (line) => console.error(line) } = {}) {
  const found = findChromium();
  if (found !== undefined) return found;
  if (findProgram('apt-get') !== undefined && process.getuid?.() === 0) {
    note('Installing chromium (apt-get)');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await must('refresh the package lists', 'apt-get', ['update', '-qq'], { env });
    await must(
      'install chromium',
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
      { env },
    );
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new MissingEnvironment(`No Chromium or Chrome was found. Get one: ${howToInstall()}`);
}

function findChromium() {
  if (process.env.BRIDGE_CHROMIUM) return process.env.BRIDGE_CHROMIUM;
  return (
    names.map(findProgram).find((path) => path !== undefined) ?? macApps.find((path) => existsSync(path))
  );
}

function howToInstall() {
  if (process.platform === 'darwin') return '`brew install --cask chromium`';
  if (findProgram('apt-get') !== undefined) return '`sudo apt-get install --no-install-recommends chromium`';
  if (findProgram('dnf') !== undefined) return '`sudo dnf install chromium`';
  return 'install it with the package manager of this system, or set BRIDGE_CHROMIUM to the path of one';
}
