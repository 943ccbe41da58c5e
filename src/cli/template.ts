import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from 'commander';
import { manifestTemplate, planTemplate, trackerTemplate } from '../core/plan/template';
import { LocalWorkspaceFiles } from '../store/workspaceFiles';
import { CliError, exitCode, type CliIo } from './io';
import { workspaceRoot } from './workspace';

const templates: Readonly<Record<string, { readonly path: string; readonly text: string }>> = {
  plan: { path: 'refine-logs/EXPERIMENT_PLAN.md', text: planTemplate },
  tracker: { path: 'refine-logs/EXPERIMENT_TRACKER.md', text: trackerTemplate },
  manifest: { path: 'refine-logs/experiments.yaml', text: manifestTemplate },
};

/** `bridge template [plan|tracker|manifest]`: a study to start from, the same as the editor's "New Experiment Plan". */
export function registerTemplate(program: Command, io: CliIo): void {
  program
    .command('template')
    .description('print a plan, tracker or run manifest to start from')
    .argument('[what]', `${Object.keys(templates).join(', ')}`, 'plan')
    .option('--write', 'write all three into refine-logs/; what is there already stays as it is')
    .option('--workspace <dir>', 'the workspace (default: here)')
    .action(async (what: string, flags: { write?: boolean; workspace?: string }) => {
      const template = templates[what];
      if (template === undefined)
        throw new CliError(
          `there is no template "${what}". There are ${Object.keys(templates).join(', ')}.`,
          exitCode.wrongInput,
        );
      if (!flags.write) return io.out(template.text);
      const root = workspaceRoot(flags.workspace);
      const files = new LocalWorkspaceFiles(root);
      for (const { path, text } of Object.values(templates)) {
        const there = existsSync(join(root, path));
        if (!there) await files.write(path, text);
        io.note(there ? `${path} exists and stays as it is.` : `${path} written.`);
      }
      io.note('Fill in what stands in brackets; "bridge run --dry-run" then shows what would be run.');
    });
}
