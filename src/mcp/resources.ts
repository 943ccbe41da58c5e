import { findInput, type InputName } from '../engine/inputs';
import { resultsPath } from '../core/run/studyResult';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { fence, short } from './data';
import { Refused, type ToolContext } from './tool';
import { readLog } from './tools/readLog';

/** Characters of a document in one resource. */
const documentCharacters = 60_000;

interface Document {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: InputName | null;
}

const documents: readonly Document[] = [
  {
    ...{ uri: 'bridge://plan', name: 'plan', title: 'Experiment plan', input: 'plan' },
    description: 'The experiment plan as written.',
  },
  {
    ...{ uri: 'bridge://tracker', name: 'tracker', title: 'Experiment tracker', input: 'tracker' },
    description: 'The tracker, which Bridge keeps true.',
  },
  {
    ...{ uri: 'bridge://manifest', name: 'manifest', title: 'Run manifest', input: 'manifest' },
    description: 'How each run is started.',
  },
  {
    ...{ uri: 'bridge://results', name: 'results', title: 'Experiment results', input: null },
    description: 'The report, each number linked to its file.',
  },
];

const mimeType = 'text/plain';

/** What a client may offer to its person: the documents of the study. */
export const resourceList = documents.map(({ input: _, ...document }) => ({ ...document, mimeType }));

export const resourceTemplates = [
  {
    ...{ uriTemplate: 'bridge://log/{run}', name: 'log', title: 'Log of a run', mimeType },
    description: 'The end of the log of a run’s newest attempt.',
  },
];

/** A resource's text, fenced. Throws `Refused` where there is no such thing. */
export async function readResource(uri: string, context: ToolContext): Promise<string> {
  const run = /^bridge:\/\/log\/([^/?#]{1,400})$/.exec(uri)?.[1];
  if (run !== undefined) {
    const { data } = await readLog.run({ run: decode(run), bytes: 16_000 } as never, context);
    return String(data.text);
  }
  const document = documents.find((each) => each.uri === uri);
  if (!document)
    throw new Refused(
      `There is no resource ${short(uri, 200)}. There are ${documents.map((each) => each.uri).join(', ')} and bridge://log/RUN.`,
    );
  const files = new LocalWorkspaceFiles(context.root);
  const found =
    document.input === null
      ? { path: resultsPath, text: await files.read(resultsPath) }
      : await findInput(files, document.input);
  if (found === null || found.text === null) throw new Refused(`There is no ${document.name} here yet.`);
  const cut = found.text.length > documentCharacters;
  return fence(
    cut
      ? `${found.text.slice(0, documentCharacters)}\n… (${found.text.length} characters in all)`
      : found.text,
    document.name,
    found.path,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
