/** A plan's title without the words that every plan has in it: `Experiment Plan: X` is about `X`. */
export function planTopic(title: string): string {
  const topic = title.replace(/^\s*(experiment(al)?\s+plan|实验计划)\s*[:：—–-]*\s*/i, '').trim();
  return topic === '' ? title : topic;
}
