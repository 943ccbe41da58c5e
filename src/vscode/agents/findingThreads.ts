import * as vscode from 'vscode';
import {
  escapeMarkdown,
  findingBody,
  isUnsettled,
  shownFindings,
  type ShownFinding,
} from '../../views/findings';
import type { Study } from '../study';
import { translate as t } from '../translate';
import type { FindingPlaces } from './findingPlaces';

export const findingsController = 'bridge.findings';

/** Finding of a thread that this window shows; null: it is somebody else's. */
export function findingOf(thread: vscode.CommentThread): string | null {
  return threads.get(thread) ?? null;
}

const threads = new WeakMap<vscode.CommentThread, string>();

/** A thread at the line of each finding: what was found, what people said, what was decided. */
export function showFindingThreads(study: Study, places: FindingPlaces): vscode.Disposable {
  const controller = vscode.comments.createCommentController(findingsController, t('Bridge findings'));
  controller.options = {
    placeHolder: t('Your words; a waiver takes them as its reason'),
    prompt: t('Reply'),
  };
  const shown = new Map<string, { thread: vscode.CommentThread; mark: string }>();
  const update = () => {
    const findings = shownFindings(study.state, study.contentHash).filter(
      ({ place, standing }) => place === 'found' || standing !== 'open',
    );
    const keep = new Set(findings.map(keyOf));
    for (const [key, { thread }] of shown)
      if (!keep.has(key)) {
        thread.dispose();
        shown.delete(key);
      }
    for (const finding of findings) {
      const uri = finding.place === 'found' ? study.resolve(finding.file) : null;
      if (uri === null) continue;
      const mark = JSON.stringify(finding);
      const known = shown.get(keyOf(finding));
      if (known?.mark === mark) continue;
      const thread = known?.thread ?? controller.createCommentThread(uri, places.rangeOf(finding), []);
      threads.set(thread, finding.id);
      draw(thread, finding);
      shown.set(keyOf(finding), { thread, mark });
    }
  };
  const follow = () => {
    for (const finding of shownFindings(study.state, study.contentHash)) {
      const known = shown.get(keyOf(finding));
      const range = places.rangeOf(finding);
      if (known && known.thread.range?.isEqual(range) !== true) known.thread.range = range;
    }
  };
  return vscode.Disposable.from(
    controller,
    study.onDidChange(update),
    // The editor moves a thread itself while one types; when it is saved, it is put where its finding is.
    vscode.workspace.onDidSaveTextDocument(follow),
    places.onDidRestore(follow),
  );
}

const keyOf = ({ id, at }: ShownFinding) => `${id}:${at}`;

function draw(thread: vscode.CommentThread, finding: ShownFinding): void {
  const { severity, standing, entries, waiver, model, stale } = finding;
  const settled = !isUnsettled(finding);
  const author = model === null ? t('Bridge check') : t('Bridge review, {0}', model);
  const comment = (body: string, name: string, label?: string): vscode.Comment => ({
    body: new vscode.MarkdownString(body),
    mode: vscode.CommentMode.Preview,
    author: { name },
    ...(label === undefined ? {} : { label }),
  });
  thread.label = stale ? t('{0} (edited since)', severityWord(severity)) : severityWord(severity);
  thread.contextValue = `;${standing};`;
  thread.state = settled ? vscode.CommentThreadState.Resolved : vscode.CommentThreadState.Unresolved;
  thread.canReply = !settled && vscode.workspace.isTrusted;
  thread.collapsibleState =
    settled || severity === 'MINOR'
      ? vscode.CommentThreadCollapsibleState.Collapsed
      : vscode.CommentThreadCollapsibleState.Expanded;
  thread.comments = [
    comment(findingBody(finding, t), author, severityWord(severity)),
    ...entries.map(({ kind, text, by }) =>
      comment(
        text === '' ? (kind === 'reopen' ? t('Opened again.') : t('Resolved.')) : escapeMarkdown(text),
        by,
        { reply: undefined, dispute: t('disputes'), resolve: t('resolved'), reopen: t('opened again') }[kind],
      ),
    ),
    ...(waiver === null ? [] : [comment(escapeMarkdown(waiver.reason), waiver.by, t('waived'))]),
  ];
}

function severityWord(severity: ShownFinding['severity']): string {
  return { CRITICAL: t('Critical'), MAJOR: t('Major'), MINOR: t('Minor') }[severity];
}
