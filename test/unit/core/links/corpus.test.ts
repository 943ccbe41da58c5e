import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crossCheck } from '../../../../src/core/links/checks';
import { fixesFor } from '../../../../src/core/links/fixes';
import { mentionsIn } from '../../../../src/core/links/mentions';
import { documentsOf } from '../../../../src/core/links/model';
import { mayRename, renameRun } from '../../../../src/core/links/renameRun';
import { runRecords } from '../../../../src/core/links/runRecords';
import { edited, study, type Texts } from './study';

const corpus = process.env.BRIDGE_CORPUS && join(process.env.BRIDGE_CORPUS, 'corpus');
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : null);
const names =
  corpus && existsSync(corpus)
    ? readdirSync(corpus).filter((name) => existsSync(join(corpus, name, 'EXPERIMENT_PLAN.md')))
    : [];

describe.skipIf(names.length === 0)('real plans of others', () => {
  it.each(names)(
    '%s: every mention says its id, every fix can be made, every renaming keeps all other runs',
    (name) => {
      const texts: Texts = {
        plan: read(join(corpus!, name, 'EXPERIMENT_PLAN.md')),
        tracker: read(join(corpus!, name, 'EXPERIMENT_TRACKER.md')),
        manifest: null,
      };
      const documents = study(texts);
      for (const document of documentsOf(documents))
        for (const { from, to, id, role } of mentionsIn(documents, document))
          if (role !== 'range') expect(document.text.slice(from, to)).toBe(id);
      const problems = crossCheck(documents);
      for (const problem of problems)
        for (const { edits } of fixesFor(documents, problem.file!, problem))
          expect(crossCheck(study(edited(texts, edits))).length).toBeLessThan(problems.length);
      let renamed = 0;
      for (const id of runRecords(documents).keys()) {
        if (!mayRename(documents, id).ok) continue;
        const there = renameRun(documents, id, 'R9001');
        if (!there.ok) continue;
        const between = edited(texts, there.edits);
        const after = runRecords(study(between));
        expect(after.get('R9001')?.rows.length, id).toBe(runRecords(documents).get(id)!.rows.length);
        expect([...after.keys()].filter((each) => each !== 'R9001').sort()).toEqual(
          [...runRecords(documents).keys()].filter((each) => each !== id).sort(),
        );
        if (++renamed === 5) break;
      }
    },
  );
});
