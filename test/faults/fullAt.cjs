// Preloaded into a real driver: from the n-th call on that writes (BRIDGE_FULL_AT) the disk is full, for as many calls
// as BRIDGE_FULL_FOR says; then a person has made room. BRIDGE_FULL_COUNT names a file that the number of calls is
// left in.
const fs = require('node:fs');

const from = Number(process.env.BRIDGE_FULL_AT || Infinity);
const to = from + Number(process.env.BRIDGE_FULL_FOR);
const countFile = process.env.BRIDGE_FULL_COUNT;
delete process.env.BRIDGE_FULL_COUNT;
delete process.env.BRIDGE_FULL_AT;
delete process.env.BRIDGE_FULL_FOR;
let passed = 0;

function noRoom(call) {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), {
    code: 'ENOSPC',
    errno: -28,
    syscall: call,
  });
}

for (const name of [
  'fdatasync',
  'fsyncSync',
  'linkSync',
  'mkdirSync',
  'write',
  'writeFileSync',
  'writeSync',
]) {
  const original = fs[name];
  fs[name] = function (...args) {
    const at = ++passed;
    if (at < from || at >= to) return original.apply(this, args);
    const done = args[args.length - 1];
    if (typeof done !== 'function') throw noRoom(name);
    setImmediate(done, noRoom(name));
  };
  for (const symbol of Object.getOwnPropertySymbols(original))
    Object.defineProperty(fs[name], symbol, Object.getOwnPropertyDescriptor(original, symbol));
}

if (countFile) {
  const { writeFileSync } = fs;
  process.on('exit', () => writeFileSync(countFile, String(passed)));
}
