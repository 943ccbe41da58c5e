import * as vscode from 'vscode';
import { findAnchored, type FindingAnchor } from '../../core/agents/findingAnchor';
import { type LineRange, movedLines } from '../../core/text/movedLines';
import { sha256 } from '../../util/sha256';
import type { ShownFinding } from '../../views/findings';

interface Place {
  /** When it was found. */
  readonly at: number;
  readonly file: string;
  /** Where it was found, and what stood there. */
  readonly found: LineRange;
  readonly anchor: FindingAnchor | null;
  range: LineRange;
}

/**
 * Where findings stand in texts that are being edited: each keeps its lines until it is found anew. In a text that was
 * edited while this window did not look on, a place is found again by what stood there.
 */
export class FindingPlaces implements vscode.Disposable {
  private readonly places = new Map<string, Place>();
  private readonly moved = new vscode.EventEmitter<void>();
  private readonly restored = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable;
  /** Lines moved. */
  readonly onDidMove = this.moved.event;
  /** Places were found again, elsewhere; no editor has moved what it shows there. */
  readonly onDidRestore = this.restored.event;

  constructor(private readonly resolve: (path: string) => vscode.Uri | null) {
    this.listening = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => this.edited(event)),
      vscode.workspace.onDidOpenTextDocument((document) => {
        for (const place of this.places.values())
          if (this.isOf(place, document)) this.restore(place, document.getText());
      }),
    );
  }

  /** The lines of a finding, as a range of whole lines. */
  rangeOf({ id, at, file, line, endLine, anchor }: ShownFinding): vscode.Range {
    let place = this.places.get(id);
    if (place?.at !== at) {
      const found = { start: line - 1, end: endLine - 1 };
      place = { at, file, found, anchor: anchor ?? null, range: found };
      this.places.set(id, place);
      void this.look(place);
    }
    return new vscode.Range(place.range.start, 0, place.range.end, Number.MAX_SAFE_INTEGER);
  }

  dispose(): void {
    this.listening.dispose();
    this.moved.dispose();
    this.restored.dispose();
  }

  /** The text as an editor has it, saved or not, else as it is on the disk. */
  private async look(place: Place): Promise<void> {
    const uri = this.resolve(place.file);
    if (uri === null || place.anchor === null) return;
    const bytes = await vscode.workspace.fs.readFile(uri).then(
      (read) => read,
      () => null,
    );
    const open = vscode.workspace.textDocuments.find((each) => this.isOf(place, each));
    if (open !== undefined) this.restore(place, open.getText());
    else if (bytes !== null) this.restore(place, new TextDecoder().decode(bytes));
  }

  private restore(place: Place, text: string): void {
    const { anchor, found, range } = place;
    if (anchor === null) return;
    const line = findAnchored(text.split(/\r?\n/), { line: found.start + 1, anchor }, sha256);
    if (line === null || line - 1 === range.start) return;
    place.range = { start: line - 1, end: line - 1 + found.end - found.start };
    this.restored.fire();
  }

  private isOf({ file }: Place, document: vscode.TextDocument): boolean {
    return this.resolve(file)?.toString() === document.uri.toString();
  }

  private edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    let changed = false;
    for (const place of this.places.values()) {
      if (!this.isOf(place, document)) continue;
      for (const { range, text } of contentChanges) {
        const before = place.range;
        const added = text.split('\n').length - 1 - (range.end.line - range.start.line);
        const isBefore = range.isEmpty && range.start.character === 0 && text.endsWith('\n');
        const edit = { start: range.start.line, end: range.end.line, added, isBefore };
        place.range = movedLines(before, edit);
        changed ||= place.range !== before;
      }
    }
    if (changed) this.moved.fire();
  }
}
