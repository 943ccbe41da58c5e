// Preloaded into a real driver (`node --require`): counts the calls that change something on the disk or start a
// process, and kills the process before the one whose number BRIDGE_KILL_AT says. Whatever is running then is cut off
// in mid-call, as it would be by the kernel. BRIDGE_KILL_COUNT names a file that the number of calls is left in.
const fs = require('node:fs');
const childProcess = require('node:child_process');

const at = Number(process.env.BRIDGE_KILL_AT || Infinity);
const signal = process.env.BRIDGE_KILL_SIGNAL || 'SIGKILL';
const countFile = process.env.BRIDGE_KILL_COUNT;
delete process.env.BRIDGE_KILL_AT;
delete process.env.BRIDGE_KILL_COUNT;
let passed = 0;

function counted(owner, name) {
  const original = owner[name];
  owner[name] = function (...args) {
    if (++passed === at) process.kill(process.pid, signal);
    return original.apply(this, args);
  };
  // `promisify(fs.write)` looks for the name of its results here.
  for (const symbol of Object.getOwnPropertySymbols(original))
    Object.defineProperty(owner[name], symbol, Object.getOwnPropertyDescriptor(original, symbol));
}

const changing = [
  'closeSync',
  'fdatasync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'openSync',
];
changing.push('renameSync', 'rmSync', 'utimesSync', 'write', 'writeFileSync', 'writeSync');
for (const name of changing) counted(fs, name);
counted(childProcess, 'spawn');
counted(childProcess, 'execFile');

if (countFile) {
  const { writeFileSync } = fs;
  process.on('exit', () => writeFileSync(countFile, String(passed)));
}
