import type { FlowNode } from "../api/types";

/** A flow laid out for the eye, without React: layers by distance from the start, ports as edges. */

export interface Edge {
  from: string;
  to: string;
  /** The key pressed, the case's number, or the port's name; "" for the only way on. */
  port: string;
}

export interface Placed {
  id: string;
  node: FlowNode;
  column: number;
  row: number;
}

export function edgesOf(id: string, node: FlowNode): Edge[] {
  const edges: Edge[] = Object.entries(node.choices ?? {}).map(([port, to]) => ({ from: id, to, port }));
  for (const [place, it] of (node.cases ?? []).entries())
    edges.push({ from: id, to: it.next, port: String(place + 1) });
  if (node.next) edges.push({ from: id, to: node.next, port: "" });
  if (node.otherwise) edges.push({ from: id, to: node.otherwise, port: "otherwise" });
  if (node.failed) edges.push({ from: id, to: node.failed, port: "failed" });
  return edges;
}

export function layOut(start: string, nodes: Record<string, FlowNode>): { placed: Placed[]; edges: Edge[] } {
  const edges = Object.entries(nodes)
    .flatMap(([id, node]) => edgesOf(id, node))
    .filter((it) => nodes[it.to] !== undefined);
  const column = new Map<string, number>();
  const line = nodes[start] ? [start] : [];
  if (nodes[start]) column.set(start, 0);
  while (line.length > 0) {
    const id = line.shift()!;
    for (const edge of edges.filter((it) => it.from === id && !column.has(it.to))) {
      column.set(edge.to, (column.get(id) ?? 0) + 1);
      line.push(edge.to);
    }
  }
  // What cannot be reached is shown still, at the end.
  const last = Math.max(0, ...column.values()) + 1;
  for (const id of Object.keys(nodes)) if (!column.has(id)) column.set(id, last);
  const rows = new Map<number, number>();
  const placed = [...column.entries()].map(([id, at]) => {
    const row = rows.get(at) ?? 0;
    rows.set(at, row + 1);
    return { id, node: nodes[id]!, column: at, row };
  });
  return { placed, edges };
}
