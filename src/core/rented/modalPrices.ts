/** When the prices were read, and where. */
export const modalPricesSource = { url: 'https://modal.com/pricing', date: '2026-11' } as const;

/** US dollars an hour of one GPU, as `gpu=` names it. */
const gpuUsdPerHour: Readonly<Record<string, number>> = {
  T4: 0.59,
  L4: 0.8,
  A10: 1.1,
  A10G: 1.1,
  L40S: 1.95,
  A100: 2.1,
  'A100-40GB': 2.1,
  'A100-80GB': 2.5,
  H100: 3.95,
  'H100!': 3.95,
  H200: 4.54,
  B200: 6.25,
};

/** A processor core that a run takes, where it takes no GPU; US dollars an hour. */
const cpuUsdPerHour = 0.05;

/**
 * What an hour of a run costs, for `H100:4` four of them; of several in the order of preference the dearest, since any
 * may come. Null: the table does not know one of them.
 */
export function modalUsdPerHour(gpus: readonly string[]): number | null {
  if (gpus.length === 0) return cpuUsdPerHour;
  let dearest = 0;
  for (const gpu of gpus) {
    const [name = '', count = '1'] = gpu.split(':');
    const price = gpuUsdPerHour[name];
    if (price === undefined || !/^[1-8]$/.test(count)) return null;
    dearest = Math.max(dearest, price * Number(count));
  }
  return dearest;
}
