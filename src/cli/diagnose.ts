import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { diagnose } from '../core/diagnose/diagnose';
import type { Diagnosis } from '../core/diagnose/model';
import { CliError, exitCode, type CliIo } from './io';

const tailBytes = 4 << 20;
/** Lines before the tail are counted up to here; the line numbers of a longer log are of no use in an editor. */
const countedBytes = 256 << 20;

interface Options {
  readonly exitCode?: number;
  readonly json?: boolean;
  readonly workspace: string;
}

/** `bridge diagnose LOG…`: why each process failed, judged by its log and the exit code they share. */
export function registerDiagnose(program: Command, io: CliIo): void {
  program
    .command('diagnose')
    .description('say why a run failed, from its log and exit code')
    .argument('<log...>', 'log files, relative to the workspace')
    .option('--exit-code <n>', 'exit code of the process, the same for every log', parseExitCode)
    .option('--json', 'print one JSON document')
    .option('--workspace <dir>', 'folder that relative paths start from', '.')
    .action(async (files: readonly string[], options: Options) => {
      const found: { file: string; diagnosis: Diagnosis }[] = [];
      for (const file of files) {
        const tail = await readTail(io.resolve(file, options.workspace), file);
        found.push({ file, diagnosis: diagnose({ ...tail, exitCode: options.exitCode ?? null }) });
      }
      if (options.json) io.out(JSON.stringify(found.map(asJson), null, 2));
      else io.out(found.map(asText).join('\n\n'));
    });
}

function parseExitCode(text: string): number {
  if (!/^-?\d{1,3}$/.test(text))
    throw new CliError(`--exit-code has to be a whole number, not '${text}'`, exitCode.wrongInput);
  return Number(text);
}

function asJson({ file, diagnosis }: { file: string; diagnosis: Diagnosis }) {
  const { class: failureClass, exception, message, line, evidence, advice } = diagnosis;
  return { file, class: failureClass, exception, message, line, evidence, advice };
}

function asText({ file, diagnosis }: { file: string; diagnosis: Diagnosis }): string {
  const place = diagnosis.line === null ? file : `${file}:${diagnosis.line}`;
  return [
    `${place}: ${diagnosis.class}: ${diagnosis.message}`,
    ...diagnosis.evidence.map((line) => `    ${line}`),
    `  ${diagnosis.advice}`,
  ].join('\n');
}

/** The last few MB of a log as text, whatever its bytes are, and the number of its first line (null when too far to count). */
export async function readTail(
  path: string,
  file: string,
): Promise<{ log: string; firstLine: number | null }> {
  try {
    await using log = await open(path);
    const { size } = await log.stat();
    // Even, because the tail may be of two-byte characters.
    const start = Math.max(0, size - tailBytes - (size % 2));
    const read = async (from: number, length: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await log.read(bytes, filled, length - filled, from + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    };
    let firstLine: number | null = start <= countedBytes ? 1 : null;
    for (let at = 0; firstLine !== null && at < start; at += tailBytes) {
      firstLine += newlines(await read(at, Math.min(tailBytes, start - at)));
    }
    const bytes = await read(start, size - start);
    return { log: decode(bytes, start === 0 ? bytes : await read(0, 2)), firstLine };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`cannot read the log ${file}: ${reason}`, exitCode.wrongInput, { cause });
  }
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** PowerShell writes UTF-16 and says so in the first two bytes; anything else is read as UTF-8, broken bytes replaced. */
function decode(bytes: Buffer, head: Buffer): string {
  const utf16 = head[0] === 0xff && head[1] === 0xfe;
  return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
