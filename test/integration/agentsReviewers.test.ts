import { CodexExecReviewer } from '../../src/agents/codexExec/reviewer';
import { McpReviewer } from '../../src/agents/mcp/reviewer';
import { describeReviewer } from '../contract/agentsReviewerContract';
import { realClients } from './agentsInstall';

const programs = realClients('codex-mcp', 'codex');

describeReviewer({
  name: 'the real Codex 0.153 (MCP)',
  make:
    programs &&
    ((home, model) => new McpReviewer({ ...home.codex(programs['codex-mcp'], model), command: [] })),
});
describeReviewer({
  name: 'the real current Codex (exec)',
  make: programs && ((home, model) => new CodexExecReviewer(home.codex(programs.codex, model))),
});
