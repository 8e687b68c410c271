"""Circles in a graph of names."""

from __future__ import annotations

from collections.abc import Mapping


def circles(edges: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """The sets of names that can each be reached from each other (Tarjan's strongly connected components), of two or more
    or of one that leads to itself; each in order, the whole in order."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []
    for root in sorted(edges):
        if root in index:
            continue
        work = [(root, iter(sorted(edges[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(sorted(edges.get(target, set())))))
                    break
                if target in stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    members = stack[stack.index(name) :]
                    del stack[stack.index(name) :]
                    if len(members) > 1 or name in edges.get(name, set()):
                        found.append(tuple(sorted(members)))
    return sorted(found)
