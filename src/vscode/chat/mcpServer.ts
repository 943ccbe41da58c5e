import * as vscode from 'vscode';
import { driverEnvironment } from '../driver';

/** The part of the API that VS Code has since 1.101. */
interface McpApi {
  readonly lm: {
    registerMcpServerDefinitionProvider?(
      id: string,
      provider: { provideMcpServerDefinitions(): Promise<object[]> },
    ): vscode.Disposable;
  };
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string | number | null>,
    version: string,
  ) => object;
}

/** Offers `bridge mcp` for this folder to agents in the editor; nothing where VS Code is older, or not trusted. */
export function offerMcpServer(
  cli: string,
  version: string,
  root: () => Promise<string | null>,
): vscode.Disposable {
  const { lm, McpStdioServerDefinition: Definition } = vscode as unknown as McpApi;
  if (lm.registerMcpServerDefinitionProvider === undefined || Definition === undefined)
    return { dispose: () => undefined };
  const provider = {
    provideMcpServerDefinitions: async () => {
      const folder = await root();
      if (folder === null || !vscode.workspace.isTrusted) return [];
      const environment = Object.entries(driverEnvironment({ ELECTRON_RUN_AS_NODE: '1' }));
      const args = [cli, 'mcp', '--workspace', folder];
      const env = Object.fromEntries(environment.map(([name, value]) => [name, value ?? null]));
      return [new Definition('Bridge', process.execPath, args, env, version)];
    },
  };
  try {
    return lm.registerMcpServerDefinitionProvider('bridge.mcp', provider);
  } catch {
    // In 1.100 the same name was a proposal that asks for another contribution.
    return { dispose: () => undefined };
  }
}
