import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { agentSettings, type AgentSettings } from '../core/agents/agentSettings';
import { redactSecrets } from '../core/agents/redactSecrets';
import { reviewSettings } from '../core/agents/reviewSettings';
import type { AgentPorts } from '../engine/agents/ports';
import { FileAsks } from '../store/asks';
import { cloneBaseRepo } from '../store/baseRepo';
import { bridgeFolder } from '../store/bridgeFolder';
import { FileChanges } from '../store/changes';
import { readCodeTexts } from '../store/codeTexts';
import { readUserSettings } from '../store/editorSettings';
import { readSettings, workspaceSettingsPath } from '../store/settings';
import { WorkCopy } from '../store/workCopy';
import { registerClientsIn } from '../util/clientRegister';
import { endOrphanedClients } from '../util/processGroup';
import { execInWorkspace } from './execInWorkspace';
import { askOnTerminal } from './askOnTerminal';
import { authorFor } from './authors';
import type { EditorReach } from './editorReach';
import type { CliIo } from './io';
import { knownSecrets, tracesFor } from './reviewers';

/** What the engine needs to work with agents on this machine. `attended`: a person can answer requests. */
export function agentPorts(root: string, attended: boolean, reach: EditorReach, io: CliIo): AgentPorts {
  const bridge = bridgeFolder(root).path;
  const told = new Set<string>();
  registerClientsIn(join(bridge, 'clients'));
  const askHere = askOnTerminal(io);
  return {
    ...(askHere === null ? {} : { askHere }),
    attended,
    changes: new FileChanges(root, bridge),
    asks: new FileAsks(bridge),
    newId: () => randomUUID().slice(0, 8),
    redact: (text) => redactSecrets(text, knownSecrets),
    settings: (said) => agentSettingsFor(root, said, attended, told, io),
    author: (choice) => authorFor(choice, reach),
    traces: (said) => tracesFor(root, agentSettingsFor(root, said, attended, told, io).traces, io),
    folderOf: (work) => WorkCopy.folderOf(work),
    makeFolder: (folder) => WorkCopy.make(root, folder),
    removeFolder: (folder) => WorkCopy.remove(folder),
    endOrphans: async () => void (await endOrphanedClients()),
    cloneBaseRepo: (url, signal) => cloneBaseRepo(root, url, signal),
    exec: (argv, signal) => execInWorkspace(root, argv, signal),
    code: (usesBaseRepo) => readCodeTexts(root, usesBaseRepo),
  };
}

/** Who writes and how long is waited, from the person's settings and what this call says; problems are told once. */
export function agentSettingsFor(
  root: string,
  said: Readonly<Record<string, unknown>>,
  attended: boolean,
  told: Set<string>,
  io: CliIo,
): AgentSettings {
  const sources = {
    ...{ user: readUserSettings(root), workspace: readSettings(workspaceSettingsPath(root)) },
    call: said,
  };
  const { settings, problems } = agentSettings(sources, reviewSettings(sources).settings.traces, attended);
  for (const problem of problems.filter((each) => !told.has(each))) {
    told.add(problem);
    io.note(problem);
  }
  return settings;
}
