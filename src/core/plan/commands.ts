import type { Outline, OutlineLine } from '../text/outline';
import type { TextFact } from './model';

const program = String.raw`(?:python[\d.]*|bash|sh|zsh|torchrun|accelerate|deepspeed|srun|sbatch|make|uv|poetry|conda|nohup|pytest|node|npx|npm|julia|Rscript|cargo|docker|CUDA_VISIBLE_DEVICES=\S+|env|\.{0,2}\/[\w./-]+)`;
const commandLine = new RegExp(String.raw`^\s*(?:\$\s+)?(?:[A-Z_][A-Z\d_]*=\S+\s+)*${program}\s+\S`);
const scriptLine = /^[\w./-]+\.(?:py|sh|jl|R)(?:\s+\S.*)?$/;

/** Commands in backticks: those that start with a program, or name a script. */
export function commandsIn(outline: Outline, from: number, to: number): TextFact[] {
  const found: TextFact[] = [];
  const code = /(`{1,3})([^`\n]{2,2000})\1/g;
  for (const match of outline.text.slice(from, to).matchAll(code)) {
    const text = match[2]!.trim();
    if (!commandLine.test(text) && !scriptLine.test(text)) continue;
    const start = from + match.index + match[1]!.length;
    found.push({ text, span: outline.lines.span(start, start + match[2]!.length) });
  }
  return found;
}

/** Commands of a code block, one a line; a line that ends with a backslash goes on. */
export function commandsInCode(outline: Outline, lines: readonly OutlineLine[]): TextFact[] {
  const found: TextFact[] = [];
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at]!;
    if (!commandLine.test(first.text)) continue;
    let last = first;
    let text = first.text.trim();
    while (text.endsWith('\\') && at + 1 < lines.length) {
      last = lines[++at]!;
      text = `${text.slice(0, -1).trimEnd()} ${last.text.trim()}`;
    }
    found.push({ text: text.replace(/^\$\s+/, ''), span: outline.lines.span(first.from, last.to) });
  }
  return found;
}
