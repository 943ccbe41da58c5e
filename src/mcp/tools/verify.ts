import * as v from 'valibot';
import { verifyStudy } from '../../engine/verify';
import { bridgeFolder } from '../../store/bridgeFolder';
import { JournalReader } from '../../store/journalReader';
import { LocalWorkspaceFiles } from '../../store/workspaceFiles';
import { sha256 } from '../../util/sha256';
import { cursorSchema, pageOf, short } from '../data';
import { defineTool, Refused } from '../tool';

const pageSize = 50;

/** Whether every number of the reports is what its file says. */
export const verify = defineTool({
  name: 'bridge_verify',
  title: 'Verify the reports',
  description:
    'Computes the reports anew from result files and record, and names every place that differs. Runs nothing, changes nothing.',
  readOnly: true,
  input: v.strictObject({ cursor: cursorSchema }),
  output: v.object({
    checked: v.pipe(v.number(), v.description('numbers that were compared')),
    differences: v.array(
      v.object({
        ...{ file: v.string(), line: v.number() },
        ...{ was: v.nullable(v.string()), is: v.nullable(v.string()) },
      }),
    ),
    differencesInAll: v.number(),
    nextCursor: v.nullable(v.string()),
  }),
  async run({ cursor }, { root }) {
    const events = new JournalReader(bridgeFolder(root).journal).next();
    if (!events.some(({ type }) => type === 'study.declared'))
      throw new Refused('Nothing was run in this workspace yet, so there is no report to verify.');
    const { differences, checked } = await verifyStudy(
      ...([events, new LocalWorkspaceFiles(root), sha256] as const),
      (atMs: number) => -new Date(atMs).getTimezoneOffset(),
    );
    const page = pageOf(differences, cursor, pageSize);
    return {
      sentence: `${checked} numbers checked, ${differences.length === 0 ? 'no differences' : `${differences.length} different`}.`,
      data: {
        ...{ checked, differencesInAll: differences.length, nextCursor: page.nextCursor },
        differences: page.items.map(({ file, line, was, is }) => ({
          ...{ file, line, was: was && short(was), is: is && short(is) },
        })),
      },
    };
  },
});
