/** `accuracy` of `test/accuracy`: what a narrow place shows of a metric's name. */
export function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1) || name;
}
