import type { MarkdownTree } from '../text/markdown';
import { readOutline } from '../text/outline';
import { ProblemList } from './facts';
import type { Tracker } from './model';
import { readRunTables } from './runTables';
import { Sections } from './sections';

/**
 * Reads an experiment tracker: the rows of every table of runs, with the cells that Bridge writes. It never throws.
 * An editor that parses incrementally passes its tree of the same text.
 */
export function parseTracker(text: string, tree?: MarkdownTree): Tracker {
  const outline = readOutline(text, tree);
  const problems = new ProblemList(outline);
  const rows = readRunTables(outline, new Sections(outline), problems);
  if (rows.length === 0) {
    problems.add(
      'warning',
      'tracker.no-runs',
      'No table of runs was found; a run table has a first column Run ID and a column Status.',
      null,
    );
  }
  return { rows, problems: problems.all };
}
