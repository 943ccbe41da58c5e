import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** A file of the project: path from its root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** What a room may import of other rooms, beside itself, and which packages. `node:*` stands for Node's own modules. */
interface Room {
  readonly rooms: readonly string[];
  readonly packages: 'all' | readonly string[];
  /** Only its types. */
  readonly types?: readonly string[];
}

const node = 'node:*';
const everything = [
  ...[
    'core',
    'protocol',
    'util',
    'engine',
    'store',
    'hosts',
    'backends',
    'agents',
    'channel',
    'views',
    'vscode',
    'cli',
    'mcp',
  ],
];
/** Libraries that only compute. */
const pure = [
  ...['valibot', '@valibot/to-json-schema', 'yaml', '@lezer/*', 'csv-parse/sync', '@humanwhocodes/momoa'],
  ...['picomatch', 'get-east-asian-width', 'diff'],
];

/** docs/architecture.md, "Rooms". */
const rooms: Readonly<Record<string, Room>> = {
  core: { rooms: [], packages: pure },
  protocol: { rooms: [], packages: ['valibot'], types: ['core'] },
  util: { rooms: ['core'], packages: [node] },
  engine: { rooms: ['core', 'util'], packages: pure },
  store: { rooms: ['core', 'util'], packages: 'all', types: ['engine'] },
  hosts: { rooms: ['core', 'util'], packages: 'all' },
  backends: { rooms: ['core', 'util'], packages: 'all' },
  agents: { rooms: ['core', 'util'], packages: 'all' },
  channel: { rooms: ['core', 'util'], packages: 'all' },
  views: { rooms: ['core', 'protocol'], packages: [] },
  vscode: { rooms: ['engine', 'views', 'core', 'protocol', 'util'], packages: 'all' },
  cli: { rooms: everything.filter((each) => each !== 'vscode'), packages: 'all' },
  // A way in beside the command line: whatever that may import, and what it shows.
  mcp: { rooms: everything.filter((each) => each !== 'vscode'), packages: 'all' },
  // The composition root of the editor's host.
  extension: { rooms: everything, packages: 'all' },
  'webview-ui': { rooms: ['protocol'], packages: 'all' },
};
/** Where a folder is one of several of a kind, and none may know another. */
const siblings = new Set(['hosts', 'backends', 'agents']);
/** What those of a kind have in common. */
const common = new Set(['backends/attempt']);
/** Rooms where time and chance come in from outside. */
const timeless = new Set(['core', 'protocol', 'views', 'engine', 'hosts', 'backends', 'agents']);

/** TypeScript sources below these folders. */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
      .filter((path) => /\.tsx?$/.test(path) && !/\.d\.ts$/.test(path))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
  );
}

/** The first folder below `src`, the name of a composition root, or `webview-ui`. */
function roomOf(path: string): string {
  if (path.startsWith('webview-ui/')) return 'webview-ui';
  const [, first = ''] = path.split('/');
  return first.replace(/\.tsx?$/, '');
}

/** Every breach of who may import whom, of purity and of how exports are named: `file:line: what is wrong`. */
export function findBreaches({ path, text }: Source): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const breaches: string[] = [];
  const room = roomOf(path);
  const breach = (at: ts.Node, what: string): void => {
    breaches.push(`${path}:${file.getLineAndCharacterOfPosition(at.getStart(file)).line + 1}: ${what}`);
  };
  const visit = (at: ts.Node): void => {
    const imported = importOf(at);
    if (imported !== null) for (const what of faultsOf(path, room, imported)) breach(at, what);
    if (timeless.has(room)) {
      const source = clockOf(at, file);
      if (source !== null) breach(at, `${room} may not ask ${source}; time and chance come from outside`);
    }
    if (isDefaultExport(at)) breach(at, 'a default export; name what is exported');
    if (ts.isInterfaceDeclaration(at) && /^I[A-Z][a-z]/.test(at.name.text))
      breach(at, `interface ${at.name.text} has an I in front of its name`);
    ts.forEachChild(at, visit);
  };
  visit(file);
  const { statements } = file;
  if (
    statements.length > 0 &&
    statements.every((each) => ts.isExportDeclaration(each) && each.moduleSpecifier)
  )
    breach(statements[0]!, 'a barrel; import from where things live');
  if (/\/(index|\w*([uU]til(s|ities)?|[hH]elpers?|[mM]anager))\.tsx?$/.test(path))
    breaches.push(`${path}:1: a file named for nothing in particular`);
  return breaches;
}

/**
 * Files that import each other in a circle, types counted too: each circle as its paths, sorted. Nothing in a circle can
 * be read, tested or moved alone.
 */
export function findCycles(sources: readonly Source[]): string[][] {
  const known = new Set(sources.map(({ path }) => path));
  const imports = new Map(
    sources.map((source) => [source.path, importsOf(source).filter((path) => known.has(path))]),
  );
  // Tarjan, "Depth-first search and linear graph algorithms" (1972): the strongly connected components.
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const visit = (path: string): number => {
    const own = order.size;
    order.set(path, own);
    lowest.set(path, own);
    open.push(path);
    for (const other of imports.get(path)!) {
      const reached = order.has(other) ? (open.includes(other) ? order.get(other)! : own) : visit(other);
      lowest.set(path, Math.min(lowest.get(path)!, reached));
    }
    if (lowest.get(path) === own) {
      const members = open.splice(open.indexOf(path));
      if (members.length > 1) cycles.push(members.sort());
    }
    return lowest.get(path)!;
  };
  for (const path of known) if (!order.has(path)) visit(path);
  return cycles;
}

/** Paths of the project's own files that a file imports, with the ending that they may have. */
function importsOf({ path, text }: Source): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (at: ts.Node): void => {
    const imported = importOf(at);
    if (imported?.name.startsWith('.') === true) {
      const target = posix.join(posix.dirname(path), imported.name);
      found.push(`${target}.ts`, `${target}.tsx`);
    }
    ts.forEachChild(at, visit);
  };
  visit(file);
  return found;
}

interface Imported {
  readonly name: string;
  readonly typeOnly: boolean;
}

/** What a node imports or re-exports, in whichever of the language's ways; null: nothing. */
function importOf(at: ts.Node): Imported | null {
  const text = (node: ts.Node | undefined) => (node && ts.isStringLiteralLike(node) ? node.text : null);
  const made = (name: string | null, typeOnly: boolean) => (name === null ? null : { name, typeOnly });
  if (ts.isImportDeclaration(at))
    return made(text(at.moduleSpecifier), at.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
  if (ts.isExportDeclaration(at)) return made(text(at.moduleSpecifier), at.isTypeOnly);
  if (ts.isImportTypeNode(at) && ts.isLiteralTypeNode(at.argument))
    return made(text(at.argument.literal), true);
  if (ts.isExternalModuleReference(at)) return made(text(at.expression), false);
  if (!ts.isCallExpression(at)) return null;
  const called = at.expression;
  const loads =
    called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require');
  return loads ? made(text(at.arguments[0]), false) : null;
}

function faultsOf(path: string, room: string, { name, typeOnly }: Imported): string[] {
  const rule = rooms[room];
  if (rule === undefined) return [`${room} is a room that docs/architecture.md does not know`];
  if (!name.startsWith('.')) return packageFaults(path, room, rule, name);
  const target = posix.join(posix.dirname(path), name);
  const other = target.startsWith('src/') || target.startsWith('webview-ui/') ? roomOf(target) : null;
  if (other === null)
    // The version of the program stands in package.json.
    return target === 'package.json' && (room === 'cli' || room === 'mcp')
      ? []
      : [`${name} lies outside of src and webview-ui`];
  if (other !== room)
    return rule.rooms.includes(other) || (typeOnly && rule.types?.includes(other) === true)
      ? []
      : [`${room} may not import ${other} (${name})`];
  const [from, to] = [path.split('/')[2], target.split('/')[2]];
  return siblings.has(room) && from !== to && !common.has(`${room}/${to}`)
    ? [`${room}/${from} may not import its sibling ${to} (${name})`]
    : [];
}

function packageFaults(path: string, room: string, rule: Room, name: string): string[] {
  if (name === 'vscode')
    return room === 'vscode' || room === 'extension' ? [] : [`only src/vscode imports 'vscode'`];
  if (name.startsWith('@vscode/webview-ui-toolkit'))
    return path.startsWith('webview-ui/src/components/')
      ? []
      : ['only webview-ui/src/components imports the UI toolkit'];
  if (room === 'webview-ui' && name.startsWith('node:'))
    return [`the panel runs in a browser, without ${name}`];
  if (rule.packages === 'all') return [];
  const allowed = rule.packages.some((each) =>
    each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each,
  );
  return allowed ? [] : [`${room} may not import ${name}`];
}

/** What a node asks for time or chance; null: it does not. `new Date(ms)` only converts. */
function clockOf(at: ts.Node, file: ts.SourceFile): string | null {
  if (ts.isPropertyAccessExpression(at)) {
    const name = at.getText(file);
    return /^(Date\.now|Math\.random|performance\.now|crypto\.randomUUID)$/.test(name) ? name : null;
  }
  const isDate = (node: ts.Expression) => ts.isIdentifier(node) && node.text === 'Date';
  if (ts.isNewExpression(at) && isDate(at.expression) && (at.arguments?.length ?? 0) === 0)
    return 'new Date()';
  return ts.isCallExpression(at) && isDate(at.expression) ? 'Date()' : null;
}

function isDefaultExport(at: ts.Node): boolean {
  if (ts.isExportAssignment(at)) return true;
  if (ts.isExportSpecifier(at)) return at.name.text === 'default';
  return (
    ts.canHaveModifiers(at) &&
    (ts.getModifiers(at) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}
