"""Checks of a call flow's graph, apart from any database: given nodes and what they may name, says every problem there is.

A problem is found under the dotted path of its field, "nodes.<node>.<field>", so that the screen can show it where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from callbase.core.config import AnyNode, Enqueue, Greet, HangUp, Menu, Say, SetLanguage, TransferTo
from callbase.web.errors import FieldProblem

Problems = dict[str, FieldProblem | list[FieldProblem]]
KEYS = frozenset("0123456789*#")
NODE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
NUMBER = re.compile(r"\+?[0-9A-Za-z*#_-]{1,64}")
_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_FIELD = re.compile(r"field `([^`]+)`")


@dataclass(frozen=True, slots=True)
class Known:
    """What a flow may name."""

    queues: frozenset[str]
    prompts: frozenset[str]
    languages: tuple[str, ...]


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
            path, problem = _told(str(error))
            problems[".".join(part for part in ("nodes", node_id, path) if part)] = problem
    return parsed, problems


def _told(message: str) -> tuple[str, FieldProblem]:
    """msgspec's English, as a path and a code."""
    at = _AT.search(message)
    path = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", at.group(1)) if at else ""
    field = _FIELD.search(message)
    if field and "missing required" in message:
        return _joined(path, field.group(1)), FieldProblem("required")
    if field and "unknown field" in message:
        return _joined(path, field.group(1)), FieldProblem("unknown_field")
    if "Invalid value" in message and "type" in path:
        return path, FieldProblem("not_one_of", choices="greet, menu, set_language, queue, transfer, hang_up")
    return path, FieldProblem("wrong_type")


def _joined(path: str, field: str) -> str:
    return field if not path or path == field else f"{path}.{field}"


def ports(node: AnyNode) -> Iterator[tuple[str, str]]:
    """(field, node it leads to), of those that lead somewhere."""
    match node:
        case Greet() | SetLanguage():
            if node.next is not None:
                yield "next", node.next
        case Menu():
            yield from ((f"choices.{key}", target) for key, target in node.choices.items())
            if node.otherwise is not None:
                yield "otherwise", node.otherwise
        case Enqueue() | TransferTo():
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
        for field, target in ports(node):
            if target not in nodes:
                problems[f"nodes.{node_id}.{field}"] = FieldProblem("node_unknown", node=target)
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
            yield from say_problems("say", node.say, known)
        case Menu():
            yield from say_problems("say", node.say, known)
            if node.invalid is not None:
                yield from say_problems("invalid", node.invalid, known)
            if not node.choices:
                yield "choices", FieldProblem("required")
            for key in node.choices.keys() - KEYS:
                yield f"choices.{key}", FieldProblem("not_one_of", choices="0-9 * #")
            yield from _within("timeout_s", node.timeout_s, 1, 60)
            yield from _within("attempts", node.attempts, 1, 10)
        case SetLanguage():
            if node.language != "other" and node.language not in known.languages:
                yield "language", FieldProblem("not_one_of", choices=", ".join((*known.languages, "other")))
        case Enqueue():
            if node.queue not in known.queues:
                yield "queue", FieldProblem("unknown", value=node.queue)
            yield from _within("priority", node.priority, -1000, 1000)
        case TransferTo():
            if not NUMBER.fullmatch(node.number):
                yield "number", FieldProblem("number_invalid")
            yield from _within("timeout_s", node.timeout_s, 3, 300)
        case HangUp():
            if node.say is not None:
                yield from say_problems("say", node.say, known)


def say_problems(field: str, say: Say, known: Known) -> Iterator[tuple[str, FieldProblem]]:
    """What is wrong with something to be heard, each under its path beneath `field`."""
    if (say.prompt is None) == (say.text is None):
        yield field, FieldProblem("prompt_or_text")
    if say.prompt is not None and say.prompt not in known.prompts:
        yield f"{field}.prompt", FieldProblem("unknown", value=say.prompt)
    for language in known.languages if say.text is not None else ():
        if not say.text or not say.text.get(language, "").strip():
            yield f"{field}.text.{language}", FieldProblem("language_missing", language=language)
    for language in set(say.languages) - set(known.languages):
        yield f"{field}.languages", FieldProblem("unknown", value=language)


def _within(field: str, value: float, least: float, most: float) -> Iterator[tuple[str, FieldProblem]]:
    if not value >= least:
        yield field, FieldProblem("too_small", limit=f"{least:g}")
    elif value > most:
        yield field, FieldProblem("too_big", limit=f"{most:g}")


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
