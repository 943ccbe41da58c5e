/** A scripted nvidia-smi that answers the three questions that are asked of it. */
export function smi(
  gpus: readonly string[],
  apps: readonly string[] = [],
  listing: readonly string[] = [],
): string {
  const say = (lines: readonly string[]) => lines.map((line) => `echo '${line}'`).join('; ') || ':';
  return `#!/bin/sh
case "$1" in
  --query-gpu=*) ${say(gpus)} ;;
  --query-compute-apps=*) ${say(apps)} ;;
  -L) ${say(listing)} ;;
  *) exit 2 ;;
esac
`;
}

/** A line of `--query-gpu` for an idle GPU. */
export function idleGpu(index: number, memoryMiB = 40960): string {
  return `${index}, GPU-${index}${index}, NVIDIA A100, 3, ${memoryMiB}, 0`;
}
