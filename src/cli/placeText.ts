/** Where runs go, as a person says it. */
export function placeText(target: string): string {
  return target === 'local' ? 'this machine' : target;
}
