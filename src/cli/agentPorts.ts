import { randomUUID } from 'node:crypto';
import { agentSettings } from '../core/agents/agentSettings';
import { redactSecrets } from '../core/agents/redactSecrets';
import { reviewSettings } from '../core/agents/reviewSettings';
import type { AgentPorts } from '../engine/agents/ports';
import { FileAsks } from '../store/asks';
import { bridgeFolder } from '../store/bridgeFolder';
import { FileChanges } from '../store/changes';
import { readUserSettings } from '../store/editorSettings';
import { readSettings, workspaceSettingsPath } from '../store/settings';
import type { CliIo } from './io';
import { keyValues } from './reviewers';

/** What the engine needs to work with agents on this machine. */
export function agentPorts(root: string, io: CliIo): AgentPorts {
  const bridge = bridgeFolder(root).path;
  const secrets = keyValues(process.env);
  const told = new Set<string>();
  return {
    changes: new FileChanges(root, bridge),
    asks: new FileAsks(bridge),
    newId: () => randomUUID().slice(0, 8),
    redact: (text) => redactSecrets(text, secrets),
    settings: (said) => {
      const sources = {
        ...{ user: readUserSettings(root), workspace: readSettings(workspaceSettingsPath(root)) },
        call: said,
      };
      const { settings, problems } = agentSettings(sources, reviewSettings(sources).settings.traces);
      for (const problem of problems.filter((each) => !told.has(each))) {
        told.add(problem);
        io.note(problem);
      }
      return settings;
    },
  };
}
