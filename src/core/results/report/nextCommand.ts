import { oneLine } from './markdown';

/** `/auto-review-loop "topic"`: the command that goes on from here, with the topic as one quoted argument. */
export function nextCommand(topic: string): string {
  return `/auto-review-loop "${oneLine(topic).replace(/["\\]/g, '\\$&')}"`;
}
