import { parseJson, type JsonDocument } from './jsonDocument';
import { describeNode, findNode, type FoundNode } from './jsonPointer';
import { lineOf, missingNumber, notFinite, spellsNotFinite } from './metricFailure';
import type { MetricPlace, MetricReading } from './metricFailure';

/** Reads a number of a JSON file by JSON pointer (RFC 6901). */
export function readJsonMetric(text: string, place: MetricPlace): MetricReading {
  const document = parseJson(text);
  if (!document.ok) return brokenJson(document, text, place.file, 0);
  return numberAt(findNode(document.root, place), text, place, 0);
}

/** Reads a number of a file that holds one JSON document a line: from the last line that has it. */
export function readJsonLinesMetric(text: string, place: MetricPlace): MetricReading {
  const lines = text.split(/\r\n|\n|\r/);
  let newest: MetricReading | null = null;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    if (line.trim() === '') continue;
    const document = parseJson(line);
    if (!document.ok) {
      // A broken last line is a write that was cut off; an older one hides nothing that is newer.
      if (newest === null) return brokenJson(document, line, place.file, index);
      continue;
    }
    const found = findNode(document.root, place);
    const reading = numberAt(found, line, place, index);
    if (found.kind === 'found') return reading;
    newest ??= reading;
  }
  return newest ?? missingNumber(`${place.file} has no line`, [], 'Look at the end of the log, then rerun');
}

function brokenJson(
  document: Extract<JsonDocument, { ok: false }>,
  text: string,
  file: string,
  lineOffset: number,
): MetricReading {
  const at = `${file}:${document.line + lineOffset}`;
  const evidence = [lineOf(text, document.line)];
  return document.cut
    ? missingNumber(
        `${at} is cut off: the JSON ends before it is complete`,
        evidence,
        'The program was probably stopped while it wrote; let it write to a temporary file and rename it, then rerun',
      )
    : missingNumber(
        `${at} is not valid JSON: ${document.why}`,
        evidence,
        'Write the file with a JSON library, then rerun the evaluation',
      );
}

/** `lineOffset` is added to the lines of `text`, for documents that are one line of a longer file. */
function numberAt(found: FoundNode, text: string, place: MetricPlace, lineOffset: number): MetricReading {
  if (found.kind === 'missing') {
    const start = found.at.loc.start.line;
    const below = found.below === '' ? '' : ` in ${found.below}`;
    return missingNumber(
      `${place.file}:${start + lineOffset} has no ${JSON.stringify(found.key)}${below}; ${found.there}`,
      [lineOf(text, start)],
      `Correct the pointer of metric ${JSON.stringify(place.name)} in the manifest, or have the evaluation write that key`,
    );
  }
  const { node, pointer } = found;
  const line = node.loc.start.line + lineOffset;
  const here = `${place.file}:${line}: ${pointer === '' ? 'the document' : pointer}`;
  const evidence = [lineOf(text, node.loc.start.line)];
  if (node.type === 'NaN' || node.type === 'Infinity')
    return notFinite(`${here} is ${describeNode(node)}, not a finite number`, evidence);
  if (node.type === 'String' && spellsNotFinite(node.value))
    return notFinite(`${here} is ${describeNode(node)}, not a finite number`, evidence);
  if (node.type !== 'Number') {
    return missingNumber(
      `${here} is ${describeNode(node)}, not a number`,
      evidence,
      node.type === 'Object' || node.type === 'Array'
        ? `Let the pointer of metric ${JSON.stringify(place.name)} lead to one number`
        : 'Have the evaluation write the value as a JSON number, then rerun it',
    );
  }
  if (!Number.isFinite(node.value)) return notFinite(`${here} is too large for a finite number`, evidence);
  return { ok: true, value: { name: place.name, value: node.value, file: place.file, pointer, line } };
}
