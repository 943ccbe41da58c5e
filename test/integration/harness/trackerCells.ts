/** The cells of a table's line; an outer pipe at its beginning makes no cell. */
function cellsOf(line: string): string[] {
  const cells = line.replace(/\r$/, '').split(/(?<!\\)\|/);
  return line.trimStart().startsWith('|') ? cells.slice(1) : cells;
}

/**
 * A tracker with its Status and Notes cells blanked, taken apart by hand and not by the product's own reader: they are
 * the last two columns of its first table. Everything else stands there byte for byte.
 */
export function withoutStatusAndNotes(tracker: string): string {
  let columns = 0;
  return tracker
    .split('\n')
    .map((line) => {
      if (line.includes('Run ID')) columns = cellsOf(line).findIndex((cell) => cell.trim() === 'Status');
      else if (line.trim() === '') columns = 0;
      if (columns === 0) return line;
      const outer = line.trimStart().startsWith('|') ? line.slice(0, line.indexOf('|') + 1) : '';
      return `${outer}${cellsOf(line).slice(0, columns).join('|')}|…${line.endsWith('\r') ? '\r' : ''}`;
    })
    .join('\n');
}

/** Status and Notes of a row, trimmed. */
export function statusAndNotes(tracker: string, run: string): [status: string, notes: string] {
  const lines = tracker.split('\n');
  const header = cellsOf(lines.find((line) => line.includes('Run ID'))!).map((cell) => cell.trim());
  const row = lines.map(cellsOf).find((cells) => cells[0]!.replaceAll('`', '').trim() === run);
  if (row === undefined) throw new Error(`the tracker has no row ${run}`);
  const cell = (name: string) => (row[header.indexOf(name)] ?? '').trim();
  return [cell('Status'), cell('Notes')];
}
