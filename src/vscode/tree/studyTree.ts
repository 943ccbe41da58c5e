import * as vscode from 'vscode';
import { agentNodes } from '../../views/agents';
import type { ViewInput } from '../../views/input';
import { needsCount } from '../../views/needs';
import { milestoneNodes, runNodes, type TreeNode } from '../../views/tree';
import type { Study } from '../study';
import { translate as t } from '../translate';

/** A line of the tree; the same object for as long as its milestone or run exists, which keeps the tree from flickering. */
export interface TreeElement {
  readonly id: string;
  readonly kind: TreeNode['kind'] | 'more';
  /** Milestone id or run id. */
  readonly name: string;
}

/** Runs of a milestone that the tree lists; the panel has them all. */
const mostRuns = 200;
/** The tree follows at most this often, */
const pauseMs = 500;
/** and where hundreds of its lines change at once, this often. */
const manyPauseMs = 1500;
const manyRuns = 1000;

/** Milestones and their runs in the sidebar. Only lines that changed are drawn anew. */
export class StudyTree implements vscode.TreeDataProvider<TreeElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TreeElement[] | undefined>();
  private readonly elements = new Map<string, TreeElement>();
  private readonly nodes = new Map<string, TreeNode>();
  private milestones: readonly string[] = [];
  /** Milestone -> ids of the lines under it, for those that have been opened. */
  private readonly opened = new Map<string, readonly string[]>();
  private readonly view: vscode.TreeView<TreeElement>;
  private readonly owned: vscode.Disposable[];
  private timer: NodeJS.Timeout | null = null;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly study: Study) {
    this.view = vscode.window.createTreeView('bridge.study', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    // Elapsed times move on even when nothing else happens.
    const ticking = setInterval(() => {
      if (this.view.visible && study.client?.driving === true) this.update();
    }, 5000);
    this.owned = [
      this.view,
      this.changed,
      study.onDidChange(() => this.soon()),
      this.view.onDidChangeVisibility(({ visible }) => visible && this.update()),
      this.view.onDidCollapseElement(({ element }) => this.opened.delete(element.name)),
      { dispose: () => clearInterval(ticking) },
    ];
  }

  getTreeItem(element: TreeElement): vscode.TreeItem {
    if (element.kind === 'more') return moreItem(element);
    const node = this.nodes.get(element.id)!;
    const isMilestone = node.kind === 'milestone';
    const item = new vscode.TreeItem(node.label);
    item.id = node.id;
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.iconPath = new vscode.ThemeIcon(node.look.icon, new vscode.ThemeColor(node.look.color));
    item.contextValue = `;${node.context}`;
    item.accessibilityInformation = { label: node.spoken };
    item.collapsibleState = !isMilestone
      ? vscode.TreeItemCollapsibleState.None
      : node.look.icon === 'play-circle' || node.look.icon === 'error'
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed;
    if (node.kind === 'agent') item.command = agentCommand(node, element);
    else if (!isMilestone)
      item.command = node.context.includes(';log;')
        ? { command: 'bridge.openLog', title: t('Open Log'), arguments: [element] }
        : { command: 'bridge.openPlanLine', title: t('Open in Plan'), arguments: [element] };
    return item;
  }

  getChildren(element?: TreeElement): TreeElement[] {
    const input = this.study.viewInput();
    if (!element) {
      const nodes = this.roots(input);
      this.milestones = nodes.map(({ id }) => id);
      return nodes.map((node) => this.keep(node));
    }
    if (element.kind !== 'milestone') return [];
    const runs = this.runsOf(element.name, input);
    this.opened.set(element.name, lineIds(element.name, runs));
    const shown = runs.nodes.map((node) => this.keep(node));
    return runs.more > 0 ? [...shown, this.moreElement(element.name, runs.more)] : shown;
  }

  getParent(element: TreeElement): TreeElement | undefined {
    if (element.kind === 'milestone' || element.kind === 'agent') return undefined;
    for (const [milestone, ids] of this.opened)
      if (ids.includes(element.id)) return this.elements.get(`milestone:${milestone}`);
    return undefined;
  }

  /** The plan's or tracker's line of an element; null where it stands in neither. */
  lineOf(element: TreeElement): number | null {
    return this.nodes.get(element.id)?.line ?? null;
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    for (const each of this.owned) each.dispose();
  }

  private soon(): void {
    this.updateBadge();
    this.timer ??= setTimeout(
      () => {
        this.timer = null;
        if (this.view.visible) this.update();
      },
      this.study.state.jobs.size > manyRuns ? manyPauseMs : pauseMs,
    );
  }

  /** What needs the person first, then the milestones. */
  private roots(input: ViewInput): readonly TreeNode[] {
    return [...agentNodes(input), ...milestoneNodes(input, this.study.treeFilter)];
  }

  private updateBadge(): void {
    const input = this.study.viewInput();
    const count = needsCount(input);
    const tooltip = count === 1 ? t('Bridge needs you: 1 thing') : t('Bridge needs you: {0} things', count);
    if ((this.view.badge?.value ?? 0) !== count)
      this.view.badge = count === 0 ? undefined : { value: count, tooltip };
    const { treeFilter } = this.study;
    const restricted = !input.trusted && input.inputs.planPath !== null;
    const notes = [
      restricted ? t('Restricted Mode: shown, not started.') : null,
      treeFilter === '' ? null : t('Shown: runs that match "{0}"', treeFilter),
    ].filter((note) => note !== null);
    const message = notes.length === 0 ? undefined : notes.join('\n');
    if (this.view.message !== message) this.view.message = message;
  }

  /** Compares what is shown with what is; tells VS Code of the lines that differ and of no other. */
  private update(): void {
    const input = this.study.viewInput();
    const milestones = this.roots(input);
    if (
      !sameList(
        this.milestones,
        milestones.map(({ id }) => id),
      )
    )
      return this.changed.fire(undefined);
    const stale: TreeElement[] = [];
    for (const milestone of milestones) {
      const lines = milestone.kind === 'milestone' ? this.opened.get(milestone.name) : undefined;
      const runs = lines === undefined ? null : this.runsOf(milestone.name, input);
      const listChanged = lines && runs && !sameList(lines, lineIds(milestone.name, runs));
      if (listChanged || !sameNode(this.nodes.get(milestone.id), milestone)) stale.push(this.keep(milestone));
      if (listChanged) continue;
      for (const run of runs?.nodes ?? [])
        if (!sameNode(this.nodes.get(run.id), run)) stale.push(this.keep(run));
    }
    if (stale.length > 0) this.changed.fire(stale);
  }

  private runsOf(milestone: string, input: ViewInput): ReturnType<typeof runNodes> {
    return runNodes(milestone, input, this.study.treeFilter, mostRuns);
  }

  private keep(node: TreeNode): TreeElement {
    this.nodes.set(node.id, node);
    return this.element({ id: node.id, kind: node.kind, name: node.name });
  }

  private moreElement(milestone: string, count: number): TreeElement {
    return this.element({ id: `more:${milestone}`, kind: 'more', name: String(count) });
  }

  private element(element: TreeElement): TreeElement {
    const known = this.elements.get(element.id);
    if (known && known.name === element.name) return known;
    this.elements.set(element.id, element);
    return element;
  }
}

function lineIds(milestone: string, { nodes, more }: ReturnType<typeof runNodes>): readonly string[] {
  const ids = nodes.map(({ id }) => id);
  return more > 0 ? [...ids, `more:${milestone}:${more}`] : ids;
}

/** What a click on such a line does. */
function agentCommand({ context }: TreeNode, element: TreeElement): vscode.Command {
  if (context.includes(';permission;'))
    return { command: 'bridge.answerPermission', title: t('Answer'), arguments: [element] };
  if (context.includes(';change;'))
    return { command: 'bridge.showChange', title: t('Look at It'), arguments: [element] };
  return { command: 'bridge.openPanel', title: t('Open Control Panel'), arguments: ['needs'] };
}

function moreItem(element: TreeElement): vscode.TreeItem {
  const item = new vscode.TreeItem(t('{0} more in the control panel', element.name));
  item.id = element.id;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'bridge.openPanel', title: t('Open Control Panel'), arguments: ['runs'] };
  return item;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}

function sameNode(a: TreeNode | undefined, b: TreeNode): boolean {
  return (
    a !== undefined &&
    a.label === b.label &&
    a.description === b.description &&
    a.tooltip === b.tooltip &&
    a.look.icon === b.look.icon &&
    a.context === b.context
  );
}
