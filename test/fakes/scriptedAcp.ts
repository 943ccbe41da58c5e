import { resolve } from 'node:path';

/** A program that speaks ACP and does what it is told, one thing after another. */
export function scriptedAcp(deeds: readonly unknown[]): readonly string[] {
  return [process.execPath, resolve('test/fakes/acpAgent.mjs'), JSON.stringify(deeds)];
}
