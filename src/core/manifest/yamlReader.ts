import { isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from 'yaml';
import type { Problem, Severity, Span } from '../text/span';

export type Scalar = string | number | boolean;

/** Reads typed values out of YAML nodes; what does not fit becomes a problem with its place, and reading goes on. */
export class YamlReader {
  readonly problems: Problem[] = [];

  constructor(
    private readonly lines: LineCounter,
    private readonly file: string,
  ) {}

  spanOf(node: Node | null | undefined): Span | null {
    if (!node?.range) return null;
    const at = (offset: number) => {
      const { line, col } = this.lines.linePos(offset);
      return { offset, line, column: col };
    };
    return { start: at(node.range[0]), end: at(node.range[1]) };
  }

  report(code: string, message: string, node: Node | null | undefined, severity: Severity = 'error'): void {
    this.problems.push({ severity, code, message, span: this.spanOf(node), file: this.file });
  }

  /** Warns of keys that mean nothing in a block: a slip of the pen there would be a wish that nobody hears. */
  unknownKeys(map: YAMLMap, known: ReadonlySet<string>, what: string): void {
    for (const pair of map.items) {
      const name = keyText(pair.key);
      if (!known.has(name))
        this.report(
          'manifest.unknown-key',
          `"${name}" is not a key of ${what}; it is ignored.`,
          pair.key as Node,
          'warning',
        );
    }
  }

  /** The node under a key; undefined where the key is absent or its value is null. */
  get(map: YAMLMap, key: string): Node | undefined {
    const node = map.get(key, true) as unknown as Node | undefined;
    return node && isScalar(node) && node.value === null ? undefined : node;
  }

  text(map: YAMLMap, key: string): string | null {
    const node = this.get(map, key);
    if (!node) return null;
    if (isScalar(node) && (typeof node.value === 'string' || typeof node.value === 'number')) {
      // The source keeps `007` and `1e3` as they were written.
      return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
    }
    this.report('manifest.type', `"${key}" must be text. Put it in quotes on one line.`, node);
    return null;
  }

  number(map: YAMLMap, key: string, { min = 0, integer = false } = {}): number | null {
    const node = this.get(map, key);
    if (!node) return null;
    const value = isScalar(node) ? node.value : undefined;
    if (
      typeof value === 'number' &&
      Number.isFinite(value) &&
      value >= min &&
      (!integer || Number.isInteger(value))
    )
      return value;
    this.report(
      'manifest.type',
      integer
        ? `"${key}" must be a whole number of at least ${min}.`
        : `"${key}" must be a number of at least ${min}.`,
      node,
    );
    return null;
  }

  map(node: Node | undefined, what: string): YAMLMap | null {
    if (!node) return null;
    if (isMap(node)) return node;
    this.report('manifest.type', `${what} must be a block of "name: value" lines.`, node);
    return null;
  }

  /** The items of a list; a scalar where a list belongs is a problem that shows the mend. */
  list(map: YAMLMap, key: string): Node[] | null {
    const node = this.get(map, key);
    if (!node) return null;
    if (isSeq(node)) return node.items as Node[];
    const shown = isScalar(node) ? ` Write "${key}: [${String(node.value)}]".` : '';
    this.report('manifest.list', `"${key}" must be a list.${shown}`, node);
    return null;
  }

  /** A list of texts that may also be one text (`depends_on`, `expected_output`). */
  texts(map: YAMLMap, key: string): { text: string; node: Node }[] {
    const node = this.get(map, key);
    if (!node) return [];
    const items = isSeq(node) ? (node.items as Node[]) : [node];
    return items.flatMap((item) => {
      if (isScalar(item) && (typeof item.value === 'string' || typeof item.value === 'number'))
        return [{ text: String(item.value), node: item as Node }];
      this.report('manifest.type', `"${key}" must hold texts.`, item);
      return [];
    });
  }

  /** `name: scalar` pairs. */
  scalars(node: Node | undefined, what: string): [name: string, value: Scalar, node: Node][] {
    const map = this.map(node, what);
    if (!map) return [];
    return map.items.flatMap((pair): [string, Scalar, Node][] => {
      const name = keyText(pair.key);
      const value = pair.value as Node | null;
      if (isScalar(value) && isPlain(value.value)) return [[name, value.value, value]];
      this.report(
        'manifest.type',
        `"${name}" in ${what} must be a text, a number, true or false.`,
        value ?? (pair.key as Node),
      );
      return [];
    });
  }

  /** `name: [scalar, …]` pairs: the axes of a grid. */
  axes(node: Node | undefined): [name: string, values: Scalar[], node: Node][] {
    const map = this.map(node, '"grid"');
    if (!map) return [];
    return map.items.flatMap((pair): [string, Scalar[], Node][] => {
      const name = keyText(pair.key);
      const value = pair.value as Node | null;
      if (!isSeq(value)) {
        const shown = isScalar(value) ? ` Write "${name}: [${String(value.value)}]".` : '';
        this.report(
          'manifest.list',
          `Grid key "${name}" must be a list of values.${shown}`,
          value ?? (pair.key as Node),
        );
        return [];
      }
      const values = (value.items as Node[]).flatMap((item) => {
        if (isScalar(item) && isPlain(item.value)) return [item.value];
        this.report(
          'manifest.type',
          `A value of grid key "${name}" must be a text, a number, true or false.`,
          item,
        );
        return [];
      });
      if (value.items.length === 0)
        this.report('manifest.empty', `Grid key "${name}" has no values, so the grid has no runs.`, value);
      return [[name, values, value]];
    });
  }
}

function isPlain(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}
