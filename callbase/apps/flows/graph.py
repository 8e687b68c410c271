"""Checks of a call flow's graph, apart from any database: given nodes and what they may name, says every problem there is.

A problem is found under the dotted path of its field, "nodes.<node>.<field>", so that the screen can show it where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from callbase.apps.configuration.checks import NUMBER, condition, field_named, named, requirements, said, target, within
from callbase.apps.configuration.known import Known
from callbase.core.call.attached import LONGEST_KEY, LONGEST_VALUE, MOST_KEYS
from callbase.core.config import (
    AnyNode,
    AskProgram,
    Decide,
    Enqueue,
    FieldNow,
    Greet,
    HangUp,
    Menu,
    Prefer,
    SendTo,
    SetData,
    SetLanguage,
    TransferTo,
)
from callbase.core.config.targets import RINGS_LEAST_S, RINGS_MOST_S
from callbase.web.documents import told
from callbase.web.errors import FieldProblem

Problems = dict[str, FieldProblem | list[FieldProblem]]
KEYS = frozenset("0123456789*#")
NODE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
NODE_TYPES = "greet, menu, set_language, set_data, queue, decide, send, transfer, ask_program, hang_up"


def parse(nodes: Mapping[str, Any]) -> tuple[dict[str, AnyNode], Problems]:
    """The nodes that are well formed, and what is wrong with the others."""
    parsed: dict[str, AnyNode] = {}
    problems: Problems = {}
    for node_id, node in nodes.items():
        if not NODE_ID.fullmatch(node_id):
            problems[f"nodes.{node_id[:40]}"] = FieldProblem("pattern")
            continue
        try:
            parsed[node_id] = msgspec.convert(node, AnyNode)
        except msgspec.ValidationError as error:
            path, problem = _key_at_fault(node) or told(str(error))
            if path == "type" and problem.code == "unknown":
                problem = FieldProblem("not_one_of", choices=NODE_TYPES)
            problems[".".join(part for part in ("nodes", node_id, path) if part)] = problem
    return parsed, problems


def _key_at_fault(node: Any) -> tuple[str, FieldProblem] | None:
    """Of the data a node attaches: msgspec says what is wrong, but not under which key."""
    data = node.get("data") if isinstance(node, dict) and node.get("type") == "set_data" else None
    for key, value in data.items() if isinstance(data, dict) else ():
        try:
            msgspec.convert(value, str | FieldNow)
        except msgspec.ValidationError as error:
            path, problem = told(str(error))
            return f"data.{key[:LONGEST_KEY]}.{path}".rstrip("."), problem
    return None


def ports(node: AnyNode) -> Iterator[tuple[str, str]]:
    """(field, node it leads to), of those that lead somewhere."""
    match node:
        case Greet() | SetLanguage() | SetData():
            if node.next is not None:
                yield "next", node.next
        case Menu():
            yield from ((f"choices.{key}", target) for key, target in node.choices.items())
            if node.otherwise is not None:
                yield "otherwise", node.otherwise
        case Decide():
            yield from ((f"cases.{place}.next", case.next) for place, case in enumerate(node.cases))
            if node.otherwise is not None:
                yield "otherwise", node.otherwise
        case AskProgram():
            if node.otherwise is not None:
                yield "otherwise", node.otherwise
        case Enqueue() | SendTo() | TransferTo():
            if node.failed is not None:
                yield "failed", node.failed
        case HangUp():
            return


def check(start: str, nodes: Mapping[str, AnyNode], known: Known) -> Problems:
    """Every problem of a graph of well-formed nodes; empty where it can be published."""
    problems: Problems = {}
    if start not in nodes:
        problems["start"] = FieldProblem("node_unknown", node=start)
    for node_id, node in nodes.items():
        for field, where in ports(node):
            if where not in nodes:
                problems[f"nodes.{node_id}.{field}"] = FieldProblem("node_unknown", node=where)
        for field, problem in _fields(node, known):
            problems[f"nodes.{node_id}.{field}"] = problem
    if problems:
        return problems
    for node_id in nodes.keys() - _reachable(start, nodes):
        problems[f"nodes.{node_id}"] = FieldProblem("node_unreachable", node=node_id)
    for node_id in _endless(nodes):
        problems[f"nodes.{node_id}"] = FieldProblem("endless", node=node_id)
    return problems


def _fields(node: AnyNode, known: Known) -> Iterator[tuple[str, FieldProblem]]:
    match node:
        case Greet():
            yield from said("say", node.say, known)
        case Menu():
            yield from said("say", node.say, known)
            if node.invalid is not None:
                yield from said("invalid", node.invalid, known)
            if not node.choices:
                yield "choices", FieldProblem("required")
            for key in node.choices.keys() - KEYS:
                yield f"choices.{key}", FieldProblem("not_one_of", choices="0-9 * #")
            yield from within("timeout_s", node.timeout_s, 1, 60)
            yield from within("attempts", node.attempts, 1, 10)
            if node.keep_as is not None:
                yield from _key("keep_as", node.keep_as)
        case SetLanguage():
            if node.language != "other" and node.language not in known.languages:
                yield "language", FieldProblem("not_one_of", choices=", ".join((*known.languages, "other")))
        case SetData():
            yield from _data(node.data, known)
        case Enqueue():
            if node.queue not in known.queues:
                yield "queue", FieldProblem("unknown", value=node.queue)
            yield from within("priority", node.priority, -1000, 1000)
            if node.prefer is not None:
                yield from _prefer(node.prefer, known)
            yield from requirements("requires", node.requires, known)
        case Decide():
            if not node.cases:
                yield "cases", FieldProblem("required")
            for place, case in enumerate(node.cases):
                yield from condition(f"cases.{place}.when", case.when, known)
        case SendTo():
            yield from target("target", node.target, known)
        case TransferTo():
            if not NUMBER.fullmatch(node.number):
                yield "number", FieldProblem("number_invalid")
            yield from within("timeout_s", node.timeout_s, RINGS_LEAST_S, RINGS_MOST_S)
        case AskProgram():
            if not NUMBER.fullmatch(node.device):
                yield "device", FieldProblem("pattern")
            yield from within("timeout_s", node.timeout_s, 0.1, 10)
            if node.otherwise is None:
                yield "otherwise", FieldProblem("required")
        case HangUp():
            if node.say is not None:
                yield from said("say", node.say, known)


def _prefer(prefer: Prefer, known: Known) -> Iterator[tuple[str, FieldProblem]]:
    if prefer.by == "agent":
        if prefer.agent is None:
            yield "prefer.agent", FieldProblem("required")
        yield from named("prefer.agent", prefer.agent, known.agents)
    if prefer.by == "data" and not prefer.key:
        yield "prefer.key", FieldProblem("required")
    yield from within("prefer.for_s", prefer.for_s, 0, 3600)


def _data(data: Mapping[str, str | FieldNow], known: Known) -> Iterator[tuple[str, FieldProblem]]:
    if not data:
        yield "data", FieldProblem("required")
    if len(data) > MOST_KEYS:
        yield "data", FieldProblem("too_many_keys", limit=str(MOST_KEYS))
    for key, value in data.items():
        yield from _key(f"data.{key[:LONGEST_KEY]}", key)
        if isinstance(value, FieldNow):
            yield from field_named(f"data.{key[:LONGEST_KEY]}.field", value.field, known)
        elif len(value) > LONGEST_VALUE:
            yield f"data.{key[:LONGEST_KEY]}", FieldProblem("too_long", limit=str(LONGEST_VALUE))


def _key(field: str, key: str) -> Iterator[tuple[str, FieldProblem]]:
    """Of attached data."""
    if not key:
        yield field, FieldProblem("required")
    elif len(key) > LONGEST_KEY:
        yield field, FieldProblem("too_long", limit=str(LONGEST_KEY))


def _reachable(start: str, nodes: Mapping[str, AnyNode]) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        node_id = pending.pop()
        if node_id not in found:
            found.add(node_id)
            pending.extend(target for _, target in ports(nodes[node_id]))
    return found


def _endless(nodes: Mapping[str, AnyNode]) -> list[str]:
    """Nodes of loops no menu stands in: nothing the caller does would ever end them."""
    left = {node_id: {target for _, target in ports(node)} for node_id, node in nodes.items() if not isinstance(node, Menu)}
    while True:
        done = [node_id for node_id, targets in left.items() if not targets & left.keys()]
        if not done:
            break
        for node_id in done:
            del left[node_id]
    return [node_id for node_id in left if _returns(node_id, left)]


def _returns(node_id: str, edges: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    pending = list(edges[node_id] & edges.keys())
    while pending:
        at = pending.pop()
        if at == node_id:
            return True
        if at not in seen:
            seen.add(at)
            pending.extend(edges[at] & edges.keys())
    return False
