import { parseManifest } from '../../core/manifest/parseManifest';
import { parsePlan } from '../../core/plan/parsePlan';
import { parseTracker } from '../../core/plan/parseTracker';
import { placeFindings } from '../../core/agents/placeFindings';
import type { WorkspaceFiles } from '../../core/ports';
import { selfCheckReport } from '../../core/selfCheck/selfCheck';
import type { StudyDeclaration } from '../../core/run/declaration';
import { bind } from '../stages/checkpoint';
import type { StudyRecord } from '../studyRecord';
import type { AgentPorts } from './ports';

export interface SelfCheckParts {
  readonly record: StudyRecord;
  readonly files: WorkspaceFiles;
  readonly ports: Pick<AgentPorts, 'code'>;
  hash(text: string): string;
}

/** What a program can see wrong with the code as it is now, recorded once for each content. No model is asked. */
export async function selfCheckStudy(study: StudyDeclaration, parts: SelfCheckParts): Promise<void> {
  const { record, files } = parts;
  const hash = (text: string) => parts.hash(text);
  const { content } = await bind(study, files, hash);
  if (record.state.agents.selfCheck?.hash === content) return;
  const read = async (path: string | null) => (path === null ? null : await files.read(path));
  const [plan, tracker, manifest] = await Promise.all([
    read(study.planPath),
    read(study.trackerPath),
    read(study.manifestPath),
  ]);
  const code = await parts.ports.code(manifest?.includes('base_repo') ?? false);
  const report = selfCheckReport({
    files: code.files,
    plan: plan === null ? null : parsePlan(plan),
    tracker: tracker === null ? null : parseTracker(tracker),
    manifest: manifest === null ? null : parseManifest(manifest, study.manifestPath),
    paths: {
      ...(study.planPath === null ? {} : { plan: study.planPath }),
      ...(study.trackerPath === null ? {} : { tracker: study.trackerPath }),
      manifest: study.manifestPath,
    },
  });
  const findings = await placeFindings(
    report.findings.map((finding) => ({ ...finding, patch: null })),
    files.root,
    (path) => files.read(path),
    hash,
  );
  const notes = [...code.skipped, ...report.skipped].map(
    ({ file, reason }) => `${file} ${reason}; it was not checked.`,
  );
  record.happened({ type: 'selfCheck.finished', findings, hash: content, notes: notes.slice(0, 50) });
}
