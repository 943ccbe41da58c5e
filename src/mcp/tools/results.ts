import * as v from 'valibot';
import { keyMetric } from '../../core/results/keyMetric';
import { mainResult } from '../../core/results/mainResult';
import type { RunResult } from '../../core/results/model';
import { provenancePath } from '../../core/results/report/provenance';
import { parseProvenance } from '../../core/results/report/parseProvenance';
import { studyResult } from '../../core/run/studyResult';
import { LocalWorkspaceFiles } from '../../store/workspaceFiles';
import { cursorSchema, pageOf, short } from '../data';
import { nullableNumber } from '../schemas';
import { defineTool, Refused } from '../tool';

const pageSize = 30;
const metricsAtMost = 8;
const text = v.nullable(v.string());

/** Results, each number with where it stands and how it was made. */
export const results = defineTool({
  name: 'bridge_results',
  title: 'Results with provenance',
  description:
    'The main result with the criteria it was judged by, gates by milestone, and every run with its numbers, each with file, line, command, commit and host. Changes nothing.',
  readOnly: true,
  input: v.strictObject({ cursor: cursorSchema }),
  output: v.object({
    title: v.string(),
    report: v.string(),
    provenance: text,
    mainResult: v.object({ verdict: v.string(), sentence: v.string() }),
    criteria: v.array(
      v.object({
        block: v.string(),
        text: v.string(),
        main: v.boolean(),
        verdict: v.string(),
        sentence: v.string(),
      }),
    ),
    gates: v.array(v.object({ milestone: v.string(), verdict: text, why: text })),
    runs: v.array(
      v.object({
        ...{ run: v.string(), milestone: text, system: text, seed: nullableNumber, status: v.string() },
        ...{ reason: text, verified: v.boolean(), command: v.string(), commit: text, host: text },
        metrics: v.array(
          v.object({
            name: v.string(),
            value: v.number(),
            file: v.string(),
            line: nullableNumber,
            sha256: text,
          }),
        ),
        metricsLeftOut: v.number(),
      }),
    ),
    runsInAll: v.number(),
    nextCursor: text,
  }),
  async run({ cursor }, context) {
    const study = studyResult(context.state(), 0);
    if (!study) throw new Refused('Nothing was started in this workspace yet, so there are no results.');
    const written = await new LocalWorkspaceFiles(context.root).read(provenancePath);
    const origins = (written === null ? null : parseProvenance(written))?.attempts;
    const { verdict, sentence, criteria } = mainResult(study);
    const runs = study.milestones.flatMap((milestone) => milestone.runs);
    const page = pageOf(runs, cursor, pageSize);
    return {
      sentence: short(sentence),
      data: {
        ...{ title: short(study.title), report: study.resultsPath },
        provenance: written === null ? null : provenancePath,
        mainResult: { verdict, sentence: short(sentence) },
        criteria: criteria.slice(0, 50).map((each) => ({
          ...{ block: short(each.block), text: short(each.text), main: each.main },
          ...{ verdict: each.judgement.verdict, sentence: short(each.sentence) },
        })),
        gates: study.milestones.slice(0, 50).map(({ id, gateVerdict }) => ({
          ...{ milestone: short(id), verdict: gateVerdict?.verdict ?? null },
          why: gateVerdict && short(gateVerdict.why),
        })),
        runs: page.items.map((run) => {
          const origin = origins?.get(run.id);
          return {
            ...runDocument(run, study.primaryMetric),
            commit: origin?.origin?.code.commit ?? null,
            host: origin?.host ?? null,
          };
        }),
        runsInAll: runs.length,
        nextCursor: page.nextCursor,
      },
    };
  },
});

function runDocument(run: RunResult, primary: Parameters<typeof keyMetric>[1]) {
  const key = keyMetric(run, primary);
  const ordered = [...(key ? [key] : []), ...run.metrics.filter((metric) => metric !== key)];
  const shown = ordered.slice(0, metricsAtMost);
  return {
    ...{ run: short(run.id), milestone: run.milestone && short(run.milestone) },
    ...{ system: run.system && short(run.system), seed: run.seed, status: run.status },
    ...{ reason: run.reason && short(run.reason), verified: !run.unverified, command: short(run.command) },
    metrics: shown.map(({ name, value, file, line, sha256 }) => ({
      ...{ name: short(name), value, file: short(file), line, sha256: sha256 ?? null },
    })),
    metricsLeftOut: ordered.length - shown.length,
  };
}
