import * as vscode from 'vscode';
import { type LineRange, movedLines } from '../../core/text/movedLines';
import type { ShownFinding } from '../../views/findings';

/** Where findings stand in texts that are being edited: each keeps its lines until it is found anew. */
export class FindingPlaces implements vscode.Disposable {
  /** Finding -> when it was found, and its lines now. */
  private readonly places = new Map<string, { at: number; file: string; range: LineRange }>();
  private readonly moved = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable;
  /** Lines moved. */
  readonly onDidMove = this.moved.event;

  constructor(private readonly resolve: (path: string) => vscode.Uri | null) {
    this.listening = vscode.workspace.onDidChangeTextDocument((event) => this.edited(event));
  }

  /** The lines of a finding, as a range of whole lines. */
  rangeOf({ id, at, file, line, endLine }: ShownFinding): vscode.Range {
    let place = this.places.get(id);
    if (place?.at !== at) {
      place = { at, file, range: { start: line - 1, end: endLine - 1 } };
      this.places.set(id, place);
    }
    return new vscode.Range(place.range.start, 0, place.range.end, Number.MAX_SAFE_INTEGER);
  }

  dispose(): void {
    this.listening.dispose();
    this.moved.dispose();
  }

  private edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    let changed = false;
    for (const place of this.places.values()) {
      if (this.resolve(place.file)?.toString() !== document.uri.toString()) continue;
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
