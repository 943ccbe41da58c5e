import { crossCheck } from '../../core/links/checks';
import type { StudyDocument, StudyDocuments } from '../../core/links/model';
import { parseManifest } from '../../core/manifest/parseManifest';
import { parsePlan } from '../../core/plan/parsePlan';
import { parseTracker } from '../../core/plan/parseTracker';
import { defaultOptions } from '../../core/run/options';
import type { Problem } from '../../core/text/span';
import { findInput, inputPlaces, type FoundInput } from '../../engine/inputs';
import { loadStudy } from '../../engine/stages/parse';
import { noInputs, type StudyInputs } from '../../views/input';

/** What is to be read: every text of the study by its path (null: there is no such file), and where runs would go. */
export interface ReadRequest {
  readonly texts: ReadonlyMap<string, string | null>;
  /** A plan that the person named; null: the usual places. */
  readonly plan: string | null;
  readonly target: string;
}

export interface StudyReading {
  readonly inputs: StudyInputs;
  readonly documents: StudyDocuments;
}

export const noDocuments: StudyDocuments = { plan: null, tracker: null, manifest: null };

/** Reads a study's texts. Pure, so that it may be done in another thread. */
export async function readStudy({ texts, plan, target }: ReadRequest): Promise<StudyReading> {
  const files = { read: async (path: string) => texts.get(path) ?? null };
  const [planFile, trackerFile, manifestFile] = [
    await findInput(files, 'plan', plan),
    await findInput(files, 'tracker'),
    await findInput(files, 'manifest'),
  ];
  const documents = documentsIn(planFile, trackerFile, manifestFile);
  const lookedFor = [...inputPlaces.plan, ...inputPlaces.tracker];
  if (planFile === null && trackerFile === null)
    return { inputs: { ...noInputs, manifestPath: manifestFile?.path ?? null, lookedFor }, documents };
  const loaded = await loadStudy(files, {
    ...{ kind: 'plan', plan, tracker: null, manifest: null, target, options: defaultOptions },
  });
  const paths = {
    planPath: planFile?.path ?? null,
    trackerPath: trackerFile?.path ?? null,
    manifestPath: manifestFile?.path ?? null,
    lookedFor,
  };
  const problems: Problem[] = [...loaded.problems, ...crossCheck(documents)];
  if (loaded.ok) return { inputs: { ...paths, plan: loaded.plan, study: loaded.study, problems }, documents };
  // What is said about the whole of it stands alone; what stands in the documents is said there.
  for (const document of [documents.plan, documents.tracker]) {
    if (document === null || loaded.problems.some(({ file }) => file === document.file)) continue;
    for (const problem of document.read.problems)
      problems.push({ ...problem, file: problem.file ?? document.file });
  }
  return { inputs: { ...paths, plan: documents.plan?.read ?? null, study: null, problems }, documents };
}

function documentsIn(
  plan: FoundInput | null,
  tracker: FoundInput | null,
  manifest: FoundInput | null,
): StudyDocuments {
  return {
    plan: plan && document('plan', plan, parsePlan),
    tracker: tracker && document('tracker', tracker, parseTracker),
    manifest: manifest && document('manifest', manifest, parseManifest),
  };
}

/** Read when it is first asked for: not every reading of a study asks for all of it. */
function document<Read>(
  kind: StudyDocument['kind'],
  { path, text }: FoundInput,
  parse: (text: string) => Read,
): StudyDocument & { readonly read: Read } {
  let read: { readonly value: Read } | null = null;
  return {
    ...{ kind, file: path, text },
    get read() {
      return (read ??= { value: parse(text) }).value;
    },
  };
}
