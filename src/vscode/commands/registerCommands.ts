import * as vscode from 'vscode';
import type { FindingAct } from '../agents/answerFinding';
import { isPageName } from '../panel/pages';
import type { ControlPanel } from '../panel/controlPanel';
import type { Study } from '../study';
import { translate as t } from '../translate';

type Handler = (...args: unknown[]) => unknown;

/** Every command of the extension. What each needs is loaded when it is first called. */
export function registerCommands(study: Study, panel: () => Promise<ControlPanel>): vscode.Disposable {
  const change = (name: 'cancel' | 'retry' | 'pause' | 'resume'): Handler => {
    return async (argument, others) =>
      (await import('./changeRuns')).changeRuns(study, name, argument, others);
  };
  const finding = (act: FindingAct): Handler => {
    return async (argument) => (await import('../agents/answerFinding')).answerFinding(study, act, argument);
  };
  const handlers: Readonly<Record<string, Handler>> = {
    deployPlan: async (options) => {
      const quick = typeof options === 'object' && options !== null && 'quick' in options;
      await (await import('./deployPlan')).deployPlan(study, { quick });
    },
    openPanel: async (page) => (await panel()).open(isPageName(page) ? page : null),
    approveCheckpoint: async () => (await import('./approveCheckpoint')).approveCheckpoint(study),
    showResults: async () => (await import('./openFiles')).showResults(study),
    openBatchScript: async (argument) => (await import('./openBatchScript')).openBatchScript(study, argument),
    openLog: async (argument) => (await import('./openLog')).openLog(study, argument),
    cancelRun: change('cancel'),
    retryRun: change('retry'),
    pauseRun: change('pause'),
    resumeRun: change('resume'),
    reprioritiseRun: async (argument, others) =>
      (await import('./reprioritiseRuns')).reprioritiseRuns(study, argument, others),
    newPlan: async () => (await import('./newPlan')).newPlan(study),
    normalisePlan: async () =>
      (await import('./normalisePlan')).normalisePlan(study, study.parts.proposer ?? null),
    tryExample: async (into) => (await import('./tryExample')).tryExample(study, into),
    installAgentSkill: async () => (await import('./installAgentSkill')).installAgentSkill(study),
    filterTree: async () => (await import('./filterTree')).filterTree(study),
    clearTreeFilter: () => (study.treeFilter = ''),
    addSshHost: async () =>
      (await import('./addSshHost')).addSshHost(
        vscode.Uri.joinPath(study.parts.extensionUri, 'dist', 'cli.js').fsPath,
      ),
    doctor: async () => {
      (await panel()).open('doctor');
      await study.doctor.look(true);
    },
    showLogChannel: () => study.log.show(),
    stop: async () => (await import('./stop')).stop(study),
    destroyRentedMachines: async () => (await import('./destroyRented')).destroyRentedMachines(study),
    openPlanLine: async (argument) => (await import('./openFiles')).openPlanLine(study, argument),
    openResult: async (argument) => (await import('./openFiles')).openResult(study, argument),
    chooseAgents: async () => (await import('../agents/chooseAgents')).chooseAgents(study),
    setApiKey: async () => (await import('../secrets')).setApiKey(study.parts.agents.secrets),
    requestReview: async () => study.send({ type: 'review.request' }),
    showChange: async (argument) => (await import('../agents/decideChange')).showChange(study, argument),
    takeChange: async (argument) => (await import('../agents/decideChange')).takeChange(study, argument),
    takePlace: async () => (await import('../agents/decideChange')).takePlace(study),
    rejectChange: async (argument) => (await import('../agents/decideChange')).rejectChange(study, argument),
    answerPermission: async (argument) =>
      (await import('../agents/answerPermission')).answerPermission(study, argument),
    cancelWork: async (argument) => (await import('../agents/answerPermission')).cancelWork(study, argument),
    replyToFinding: finding('reply'),
    disputeFinding: finding('dispute'),
    waiveFinding: finding('waive'),
    resolveFinding: finding('resolve'),
    reopenFinding: finding('reopen'),
    openFinding: async (argument) => (await import('../agents/openFinding')).openFinding(study, argument),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([name, handler]) =>
      vscode.commands.registerCommand(`bridge.${name}`, async (...args: unknown[]) => {
        try {
          await study.whenLoaded;
          return await handler(...args);
        } catch (error) {
          study.log.error(error as Error);
          void vscode.window.showErrorMessage(
            t('"{0}" did not work: {1}', `bridge.${name}`, (error as Error).message),
          );
          return undefined;
        }
      }),
    ),
  );
}
