import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, visit } from 'yaml';

/**
 * Puts what an alias (`*name`) stands for in its place, and the pairs of a merge key (`<<: *name`) into their block;
 * what the block says itself stands. Nodes are shared, not copied, so that a file of aliases upon aliases stays small.
 */
export function expandAliases(document: Document): void {
  visit(document, {
    Alias: (_key, alias, path) => {
      const target = alias.resolve(document);
      return target === undefined || path.includes(target) ? undefined : target;
    },
    Map: (_key, map, path) => {
      const merges = map.items.filter(({ key }) => isScalar(key) && key.value === '<<');
      if (merges.length === 0) return;
      map.items = map.items.filter((pair) => !merges.includes(pair));
      for (const { value } of merges) {
        const sources = isSeq(value) ? value.items : [value];
        for (const source of sources) {
          const target = isAlias(source) ? source.resolve(document) : source;
          if (!isMap(target) || target === map || path.includes(target)) continue;
          for (const pair of target.items as Pair<Node, Node>[]) if (!map.has(pair.key)) map.items.push(pair);
        }
      }
    },
  });
}
