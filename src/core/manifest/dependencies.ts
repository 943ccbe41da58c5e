/**
 * The first cycle in a graph of names, as the names along it with the first one repeated at the end; null: none.
 * Depth-first with three colours, without recursion, so that a long chain cannot exhaust the stack.
 */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const path: string[] = [];
    const onPath = new Map<string, number>();
    const stack: { name: string; next: number }[] = [{ name: start, next: 0 }];
    onPath.set(start, 0);
    path.push(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const child = edges.get(top.name)?.[top.next++];
      if (child === undefined) {
        stack.pop();
        path.pop();
        onPath.delete(top.name);
        done.add(top.name);
      } else if (onPath.has(child)) {
        return [...path.slice(onPath.get(child)), child];
      } else if (!done.has(child) && edges.has(child)) {
        onPath.set(child, path.length);
        path.push(child);
        stack.push({ name: child, next: 0 });
      }
    }
  }
  return null;
}
