"""Call flows: what may be published, and what is said about what may not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from callbase.apps.configuration.known import Known
from callbase.apps.configuration.queries import build
from callbase.apps.demo.centre import FLOW_NODES
from callbase.apps.flows import graph
from callbase.core.config import FieldNow, Menu, Say, SetData
from callbase.web.errors import FieldProblem
from tests.web.conftest import Person, fields

KNOWN = Known(
    queues=frozenset({"sales", "support"}),
    languages=("zh-CN", "en-US"),
    skills=frozenset({"french"}),
    prompts=frozenset({"welcome", "menu", "menu-invalid", "goodbye", "closed"}),
)
FIELD = some.sampled_from(["type", "say", "next", "queue", "x"])


def flow(**nodes: Any) -> dict[str, Any]:
    """The demo's main menu with nodes replaced or added; None removes one."""
    changed = {name: node for name, node in (copy.deepcopy(FLOW_NODES) | nodes).items() if node is not None}
    return {"name": {"zh-CN": "主菜单", "en-US": "Main menu"}, "start": "welcome", "nodes": changed}


def problems(document: dict[str, Any]) -> dict[str, str]:
    nodes, found = graph.parse(document["nodes"])
    found = found or graph.check(document["start"], nodes, KNOWN)
    return {field: one.code for field, one in found.items() if isinstance(one, FieldProblem)}


def test_the_demos_flow_has_nothing_wrong_with_it() -> None:
    assert problems(flow()) == {}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (flow(welcome={"type": "greet", "next": "menu"}), {"nodes.welcome.say": "required"}),
        (flow(welcome={"type": "sing"}), {"nodes.welcome.type": "not_one_of"}),
        (flow(welcome={"type": "greet", "say": {"prompt": "welcome"}, "next": 7}), {"nodes.welcome.next": "wrong_type"}),
        (
            flow(welcome={"type": "greet", "say": {"prompt": "welcome", "volume": 11}, "next": "menu"}),
            {"nodes.welcome.say.volume": "unknown_field"},
        ),
        (flow(welcome={"type": "greet", "say": {"prompt": "absent"}, "next": "menu"}), {"nodes.welcome.say.prompt": "unknown"}),
        (flow(welcome={"type": "greet", "say": {}, "next": "menu"}), {"nodes.welcome.say": "prompt_or_text"}),
        (
            flow(welcome={"type": "greet", "say": {"text": {"zh-CN": "您好"}}, "next": "menu"}),
            {"nodes.welcome.say.text.en-US": "language_missing"},
        ),
        (flow(sales={"type": "queue", "queue": "absent", "failed": "closed"}), {"nodes.sales.queue": "unknown"}),
        (flow(sales=None), {"nodes.menu.choices.1": "node_unknown"}),
        (
            flow(sales={"type": "ask_program", "device": "a b", "timeout_s": 11}),
            {"nodes.sales.device": "pattern", "nodes.sales.timeout_s": "too_big", "nodes.sales.otherwise": "required"},
        ),
        (
            flow(sales={"type": "ask_program", "device": "vdn1", "otherwise": "absent"}),
            {"nodes.sales.otherwise": "node_unknown"},
        ),
        (
            flow(
                sales={
                    "type": "set_data",
                    "data": {
                        "": "x",
                        "k" * 101: "x",
                        "long": "x" * 4001,
                        "mood": {"field": "mood"},
                        "open": {"field": "calendar.no"},
                    },
                    "next": "goodbye",
                }
            ),
            {
                "nodes.sales.data.": "required",
                f"nodes.sales.data.{'k' * 100}": "too_long",
                "nodes.sales.data.long": "too_long",
                "nodes.sales.data.mood.field": "unknown",
                "nodes.sales.data.open.field": "unknown",
            },
        ),
        (
            flow(
                sales={
                    "type": "queue",
                    "queue": "sales",
                    "requires": [
                        {"skill": "french", "level": 80, "relax": [{"after_s": -5, "level": 50}, {"after_s": 1e30, "level": 60}]},
                        {"skill": "french", "level": 80, "language": "fr-FR"},
                        {"skill": "french", "level": 50},
                    ],
                }
            ),
            {
                "nodes.sales.requires.0.relax.0.after_s": "too_small",
                "nodes.sales.requires.0.relax.1.after_s": "too_big",
                "nodes.sales.requires.0.relax.1.level": "too_big",
                "nodes.sales.requires.1.language": "unknown",
                "nodes.sales.requires.2.skill": "twice",
            },
        ),
        (flow(sales={"type": "set_data", "data": {}, "next": "goodbye"}), {"nodes.sales.data": "required"}),
        (
            flow(sales={"type": "set_data", "data": {str(key): "x" for key in range(101)}, "next": "goodbye"}),
            {"nodes.sales.data": "too_many_keys"},
        ),
        (flow(sales={"type": "set_data", "data": {"a": 7}, "next": "goodbye"}), {"nodes.sales.data.a": "wrong_type"}),
        (
            flow(sales={"type": "set_data", "data": {"a": {"field": "time", "x": 1}}, "next": "goodbye"}),
            {"nodes.sales.data.a.x": "unknown_field"},
        ),
        (flow(sales={"type": "set_data", "data": {"a": "b"}, "next": "absent"}), {"nodes.sales.next": "node_unknown"}),
        (flow(menu=FLOW_NODES["menu"] | {"keep_as": ""}), {"nodes.menu.keep_as": "required"}),
        (flow(island={"type": "hang_up"}), {"nodes.island": "node_unreachable"}),
        (flow(language={"type": "set_language", "language": "fr-FR", "next": "menu"}), {"nodes.language.language": "not_one_of"}),
        (flow(language={"type": "set_language", "language": "other", "next": "language"}), {"nodes.language": "endless"}),
        (
            flow(
                menu={
                    "type": "menu",
                    "say": {"prompt": "menu"},
                    "choices": {"A": "sales", "2": "support", "9": "language"},
                    "otherwise": "goodbye",
                }
            ),
            {"nodes.menu.choices.A": "not_one_of"},
        ),
        (
            flow(menu=FLOW_NODES["menu"] | {"timeout_s": 0, "attempts": 99}),
            {"nodes.menu.timeout_s": "too_small", "nodes.menu.attempts": "too_big"},
        ),
        (flow(**{"a b": {"type": "hang_up"}}), {"nodes.a b": "pattern"}),
        (flow() | {"start": "absent"}, {"start": "node_unknown"}),
    ],
)
def test_what_is_wrong_is_told_with_its_node_and_field(document: dict[str, Any], expected: dict[str, str]) -> None:
    assert problems(document) == expected


@given(
    some.dictionaries(
        some.text(max_size=8),
        some.recursive(
            some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
            lambda inner: some.lists(inner, max_size=3) | some.dictionaries(FIELD, inner, max_size=3),
        ),
        max_size=4,
    )
)
def test_rubbish_is_never_more_than_a_problem(nodes: dict[str, Any]) -> None:
    parsed, found = graph.parse(nodes)
    assert len(parsed) + len(found) >= min(1, len(nodes))
    graph.check("x", parsed, KNOWN)


@given(some.dictionaries(some.sampled_from("abcd"), some.dictionaries(some.sampled_from("123"), some.sampled_from("abcd"))))
def test_loops_through_menus_are_fine(edges: dict[str, dict[str, str]]) -> None:
    nodes: dict[str, Any] = {name: Menu(say=Say(prompt="menu"), choices=choices) for name, choices in edges.items()}
    assert graph._endless(nodes) == []


def test_a_flow_that_attaches_data_is_published_and_what_is_wrong_in_it_is_told_by_its_field(admin: Person) -> None:
    sales = {
        "type": "set_data",
        "data": {"reason": "renewal", "line": {"field": "called_number"}},
        "next": "enter",
    }
    enter = {"type": "queue", "queue": "sales", "failed": "closed"}
    menu = FLOW_NODES["menu"] | {"keep_as": "choice"}
    published = admin.put("/api/flows/main-menu", flow(menu=menu, sales=sales, enter=enter))
    assert published.status_code == 200, published.content
    assert published.json()["nodes"]["sales"]["data"] == sales["data"]
    built = build(0).tenants["demo"].flows["main-menu"].nodes
    assert built["sales"] == SetData(data={"reason": "renewal", "line": FieldNow(field="called_number")}, next="enter")
    refused = admin.put("/api/flows/main-menu", flow(sales=sales | {"data": {"line": {"field": "mood"}}}, enter=enter))
    assert list(fields(refused)) == ["nodes.sales.data.line.field"]


def test_publishing_makes_a_new_version_and_keeps_the_old(admin: Person) -> None:
    published = admin.put(
        "/api/flows/main-menu",
        flow(welcome={"type": "greet", "say": {"text": {"zh-CN": "您好", "en-US": "Hello"}}, "next": "menu"}),
    )
    assert published.status_code == 200, published.content
    assert published.json()["version"] == 2
    running = build(0).tenants["demo"].flows["main-menu"]
    assert running.version == 2
    assert admin.get("/api/flows/main-menu").json()["nodes"]["welcome"]["say"]["text"]["en-US"] == "Hello"


def test_a_faulty_flow_changes_nothing(admin: Person) -> None:
    found = fields(admin.put("/api/flows/main-menu", flow(sales={"type": "queue", "queue": "absent"}, closed=None)))
    assert set(found) == {"nodes.sales.queue", "nodes.support.failed"}
    assert admin.get("/api/flows/main-menu").json()["version"] == 1


def test_a_flow_in_use_is_not_deleted(admin: Person) -> None:
    refused = admin.delete("/api/flows/main-menu")
    assert (refused.status_code, refused.json()["error"]["data"]["users"]) == (409, "4008001234")
    admin.put("/api/flows/spare", flow())
    assert admin.delete("/api/flows/spare").status_code == 204
