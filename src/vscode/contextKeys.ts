import * as vscode from 'vscode';
import { activeWorks, openChanges, openPermissions } from '../core/run/agents';
import type { Study } from './study';

/** Keeps the context keys that `when` clauses of package.json read. */
export function keepContextKeys(study: Study): vscode.Disposable {
  const last = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (last.get(key) === value) return;
    last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  return study.onDidChange(() => {
    const { state, inputs, client } = study;
    set('bridge.loaded', study.loaded);
    set('bridge.authorConfigured', study.parts.proposer != null);
    set('bridge.hasPlan', inputs.planPath !== null || inputs.trackerPath !== null);
    set('bridge.hasRuns', state.jobs.size > 0);
    set(
      'bridge.hasStarted',
      state.timeline.some(({ event }) => event.type === 'attempt.requested'),
    );
    set('bridge.checkpointShown', state.checkpoint.kind === 'shown');
    set('bridge.approved', state.approved.size > 0);
    set('bridge.treeFiltered', study.treeFilter !== '');
    set('bridge.hasReview', state.study?.kind === 'plan');
    set('bridge.hasChanges', openChanges(state.agents).length > 0);
    set('bridge.hasPermissions', openPermissions(state.agents).length > 0);
    set('bridge.hasWork', activeWorks(state.agents).length > 0);
    set('bridge.driving', client?.driving ?? false);
  });
}
