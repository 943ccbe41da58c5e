/** Letters that a name keeps. */
const kept = /[^\p{L}\p{N} .:@/_+-]/gu;

/** What a program is called in the timeline. The mark behind it is ours, so that none passes for a person. */
export function callerName(info: { readonly name: string; readonly version?: string } | undefined): string {
  const plain = (text: string | undefined) => (text ?? '').replace(kept, '').trim().slice(0, 60);
  const name = [plain(info?.name) || 'unnamed', plain(info?.version)].filter((part) => part !== '');
  return `${name.join(' ')} (agent)`;
}
