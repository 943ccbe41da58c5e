// Loaded into VS Code's extension host by NODE_OPTIONS: writes how long its thread was blocked at most and how much
// memory it has, every half second. A file beside it, `RESET`, begins the measure anew.
const { existsSync, rmSync, writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const path = process.env.BRIDGE_BLOCKS;
const resolutionMs = 5;
if (path && process.argv.some((argument) => argument.includes('extensionHost'))) {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let liveBytes = Number.POSITIVE_INFINITY;
  setInterval(() => {
    if (existsSync(`${path}.RESET`)) {
      rmSync(`${path}.RESET`, { force: true });
      delays.reset();
      liveBytes = Number.POSITIVE_INFINITY;
      return;
    }
    const blockMs = Math.max(0, delays.max / 1e6 - resolutionMs);
    const p99Ms = Math.max(0, delays.percentile(99) / 1e6 - resolutionMs);
    const { rss, heapUsed } = process.memoryUsage();
    // The heap holds garbage too, until the next collection; the least of it that was seen is what lives.
    liveBytes = Math.min(liveBytes, heapUsed);
    writeFileSync(
      path,
      JSON.stringify({ blockMs, p99Ms, rssMiB: rss / 2 ** 20, liveMiB: liveBytes / 2 ** 20 }),
    );
  }, 500).unref();
}
