"""Conditions hold or do not, whatever they are about, and say what they looked at."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbase.core.config import (
    All,
    AnyOf,
    Calendar,
    CallerList,
    Case,
    Comparison,
    Decide,
    Flow,
    HangUp,
    Not,
    Say,
    Trunk,
)
from callbase.core.config.calendars import Span, WeeklyHours
from callbase.core.events import SetData, SignIn
from callbase.core.facts import Decided
from callbase.core.rules.conditions import Reading, UnknownField, evaluate, fields
from tests.core.centre import STRAIGHT, Centre, flows, text

VALUES: dict[str, Reading] = {"name": "Wang", "empty": "", "seven": 7.0, "text7": "7", "none": None}


def read(field: str) -> Reading:
    if field not in VALUES:
        raise UnknownField(field)
    return VALUES[field]


def holds(field: str, operator: Any, value: Any) -> bool:
    return evaluate(Comparison(field=field, operator=operator, value=value), read).holds


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("name", "eq", "Wang", True),
        ("name", "ne", "Wang", False),
        ("name", "starts_with", "Wa", True),
        ("name", "starts_with", "", False),
        ("name", "in", ("Li", "Wang"), True),
        ("name", "in", (), False),
        ("name", "gt", 5.0, False),
        ("name", "ne", 5.0, True),
        ("empty", "eq", "", True),
        ("seven", "eq", "7", True),
        ("seven", "ge", 7.0, True),
        ("seven", "gt", 7.0, False),
        ("seven", "lt", 7.5, True),
        ("seven", "in", ("6", "7"), True),
        ("text7", "le", 7.0, True),
        ("none", "lt", 100.0, False),
        ("none", "ge", 0.0, False),
        ("none", "ne", 5.0, False),
        ("unknown", "eq", "", False),
        ("unknown", "ne", "x", False),
    ],
)
def test_a_comparison(field: str, operator: Any, value: Any, expected: bool) -> None:
    assert holds(field, operator, value) is expected


def test_an_unknown_field_does_not_hold_and_is_reported() -> None:
    verdict = evaluate(Comparison(field="queue.gone.waiting", operator="lt", value=5.0), read)
    assert [(check.field, check.known, check.holds) for check in verdict.checks] == [("queue.gone.waiting", False, False)]


def test_the_trace_is_what_was_looked_at_and_no_more() -> None:
    yes, no = Comparison(field="name", operator="eq", value="Wang"), Comparison(field="seven", operator="gt", value=9.0)
    verdict = evaluate(All(of=(yes, no, yes)), read)
    assert [(check.field, check.operator, check.value, check.found, check.holds) for check in verdict.checks] == [
        ("name", "eq", "Wang", "Wang", True),
        ("seven", "gt", "9", "7", False),
    ]
    assert evaluate(AnyOf(of=(no, yes)), read).holds
    assert evaluate(Not(of=no), read).holds
    assert not evaluate(AnyOf(of=()), read).holds
    assert evaluate(All(of=()), read).holds
    assert evaluate(None, read).holds


comparisons = st.builds(
    Comparison,
    field=st.sampled_from([*VALUES, "unknown", ""]),
    operator=st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "in", "starts_with"]),
    value=st.one_of(st.text(max_size=3), st.floats(), st.lists(st.text(max_size=2)).map(tuple)),
)
conditions: Any = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(All, of=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, of=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, of=inner),
    ),
    max_leaves=8,
)


@given(conditions)
def test_every_condition_has_a_verdict_and_its_opposite_the_other(condition: Any) -> None:
    verdict = evaluate(condition, read)
    assert evaluate(Not(of=condition), read).holds is not verdict.holds
    assert {check.field for check in verdict.checks} <= set(fields(condition))


# --- the fields, in a flow that decides by them -------------------------------------------------------------------------


def heard(comparison: Comparison, *, caller: str = "13900139000", sends: bool = True, **changes: Any) -> tuple[str, Centre]:
    """What a caller hears whose flow says "yes" if the comparison holds, else "no"."""
    nodes: Any = {
        "decide": Decide(cases=(Case(when=comparison, next="yes"),), otherwise="no"),
        "yes": HangUp(say=Say(text=text("是", "yes"))),
        "no": HangUp(say=Say(text=text("否", "no"))),
    }
    flow = Flow(id="straight", version=2, start="decide", nodes=nodes)
    centre = Centre(flows={**flows(), "straight": flow}, **changes)
    centre.act(SignIn(agent="1001"))
    leg = centre.call(STRAIGHT, caller=caller)
    return {"是": "yes", "否": "no"}[centre.said(leg)], centre


ALWAYS = Calendar(id="always", name=text("总是", "Always"), hours=tuple(
    WeeklyHours(weekday=day, spans=(Span(start="00:00", end="24:00"),)) for day in range(1, 8)))  # fmt: skip


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("caller_number", "starts_with", "139"),
        ("called_number", "eq", STRAIGHT),
        ("trunk", "eq", "demo-trunk"),
        ("trunk_group", "eq", "lines"),
        ("language", "eq", "zh-CN"),
        ("caller_list", "eq", "vips"),
        ("customer.name", "eq", "Wang"),
        ("customer.level", "eq", ""),
        ("data.order", "eq", ""),
        ("calendar.always", "eq", "open"),
        ("calendar.never", "eq", "closed"),
        ("time", "eq", "16:00"),
        ("time", "lt", "16:30"),
        ("weekday", "eq", 1.0),
        ("wait_s", "eq", 0.0),
        ("priority", "ge", 0.0),
        ("queue.sales.waiting", "eq", 0.0),
        ("queue.sales.longest_wait_s", "eq", 0.0),
        ("queue.sales.signed_in", "eq", 1.0),
        ("queue.sales.ready", "eq", 0.0),
    ],
)
def test_a_flow_decides_by_every_field(field: str, operator: Any, value: Any) -> None:
    said, _ = heard(
        Comparison(field=field, operator=operator, value=value),
        calendars={"always": ALWAYS, "never": Calendar(id="never", name=text("从不", "Never"))},
        caller_lists={"vips": CallerList(id="vips", kind="red", numbers=("139*",))},
        trunks={"demo-trunk": Trunk(id="demo-trunk", group="lines")},
    )
    assert said == "yes"


@pytest.mark.parametrize(
    "field", ["queue.sales.average_wait_s", "queue.sales.service_level", "queue.waiting", "nonsense", "queue.gone.ready"]
)
def test_a_number_there_is_none_of_does_not_hold(field: str) -> None:
    assert heard(Comparison(field=field, operator="ge", value=0.0))[0] == "no"


def test_a_foreign_number_is_compared_as_it_is_stored() -> None:
    assert heard(Comparison(field="caller_number", operator="starts_with", value="021"), caller="+862162783333")[0] == "yes"


def test_the_decision_is_told_with_what_it_looked_at() -> None:
    _, centre = heard(Comparison(field="caller_number", operator="starts_with", value="021"))
    (decided,) = centre.facts(Decided)
    assert (decided.node, decided.port, decided.next) == ("decide", "otherwise", "no")
    (check,) = decided.checks
    assert (check.field, check.operator, check.value, check.found, check.holds) == (
        "caller_number", "starts_with", "021", "13900139000", False)  # fmt: skip


def test_attached_data_decides_once_it_is_set() -> None:
    nodes: Any = {
        "wait": flows()["main"].nodes["menu"],
        "decide": Decide(cases=(Case(when=Comparison(field="data.vip", operator="eq", value="1"), next="yes"),), otherwise=None),
        "yes": HangUp(say=Say(text=text("是", "yes"))),
    }
    menu = nodes["wait"]
    nodes["wait"] = type(menu)(say=menu.say, choices={"1": "decide"})
    centre = Centre(flows={**flows(), "straight": Flow(id="straight", version=2, start="wait", nodes=nodes)})
    leg = centre.call(STRAIGHT)
    centre.act(SetData(interaction=centre.interaction(leg).interaction, data={"vip": "1"}))
    centre.press(leg, "1")
    assert centre.said(leg) == "是"
