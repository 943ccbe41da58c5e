import * as v from 'valibot';
import { findMissingScripts } from '../../engine/stages/implement';
import { reviewSettings } from '../../core/agents/reviewSettings';
import { readUserSettings } from '../../store/editorSettings';
import { readSettings, workspaceSettingsPath } from '../../store/settings';
import { LocalWorkspaceFiles } from '../../store/workspaceFiles';
import { short } from '../data';
import { loadFor, pathFor, sentenced } from '../readStudy';
import { problemOf, problemSchema } from '../schemas';
import { defineTool } from '../tool';

const mostShown = 50;

/** What stands between the plan and its first run. */
export const findMissing = defineTool({
  name: 'bridge_find_missing',
  title: 'Find what is missing',
  description:
    'What is missing before the plan can run: a run manifest, entries for runs, scripts that commands name, a reviewer; each with file, line and what to do. Changes nothing and runs nothing.',
  readOnly: true,
  input: v.strictObject({
    plan: v.optional(v.pipe(v.string(), v.maxLength(1000), v.description('path in the workspace'))),
  }),
  output: v.object({
    ready: v.pipe(v.boolean(), v.description('whether the study can be started as it is')),
    missing: v.array(
      v.object({
        what: v.picklist(['manifest', 'script', 'review', 'input']),
        run: v.nullable(v.string()),
        sentence: v.string(),
        advice: v.string(),
      }),
    ),
    problems: v.array(problemSchema),
    problemsInAll: v.number(),
  }),
  async run({ plan }, { root }) {
    const files = new LocalWorkspaceFiles(root);
    const loaded = await loadFor(root, { plan: pathFor(root, plan, 'plan') });
    const missing: {
      what: 'manifest' | 'script' | 'review' | 'input';
      run: string | null;
      sentence: string;
      advice: string;
    }[] = [];
    if (loaded.ok) {
      const { jobs, manifestPath, options } = loaded.study;
      for (const [run, { message, advice }] of await findMissingScripts(jobs, files, manifestPath))
        missing.push({ what: 'script', run: short(run), sentence: short(message), advice: short(advice) });
      if (options.codeReview && chosenReviewers(root) === 0)
        missing.push({
          ...{
            what: 'review',
            run: null,
            sentence: 'No reviewer is configured, so no other model reads the code.',
          },
          advice: 'The person chooses one in bridge.reviewers; the study runs without, and says so.',
        });
    } else
      for (const problem of loaded.problems.filter(({ severity }) => severity === 'error'))
        missing.push({
          ...{ what: problem.code === 'input.no-manifest' ? 'manifest' : 'input', run: null },
          sentence: short(problem.message),
          advice:
            problem.code === 'input.no-manifest'
              ? 'Propose one with bridge_propose_change.'
              : 'Mend it in the file, or propose a change with bridge_propose_change.',
        });
    const ready = loaded.ok && !missing.some(({ what }) => what === 'script');
    return {
      sentence: ready
        ? 'Everything that the manifest starts is there.'
        : `${missing.length} ${missing.length === 1 ? 'thing is' : 'things are'} missing.`,
      data: {
        ready,
        missing: missing.slice(0, mostShown),
        problems: loaded.problems.slice(0, mostShown).map(problemOf),
        problemsInAll: loaded.problems.length,
      },
    };
  },
});

function chosenReviewers(root: string): number {
  const workspace = sentenced(() => readSettings(workspaceSettingsPath(root)));
  return reviewSettings({ user: readUserSettings(root), workspace, call: {} }).settings.reviewers.length;
}
