"""What a request brings is looked at before anything is done, the same for all requests; and where the core fails on one all the
same, that one is refused and nothing has changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest
from msgspec.inspect import FloatType, IntType, Metadata, StructType, Type, UnionType, multi_type_info

from callbase.core import dispatch, limits
from callbase.core import events as e
from callbase.core.commands import Originate
from callbase.core.config import ToAgent, ToNumber
from callbase.core.engine import Engine
from callbase.core.facts import InteractionEnded
from tests.core.centre import SUPPORT, Centre

MAIN = "4008001234"
BAD_SECONDS = [1e30, 1e308, math.inf, -math.inf, math.nan, -1.0, 0.0, 2.9, 301.0]
CALLS: list[Callable[..., e.AnyAction]] = [e.ConsultationCall, e.SingleStepTransferCall, e.SingleStepConferenceCall]
NOBODY_DIALS = ["1@evil", "12\r\nX: y", "0" * 5000, "abc", "+", "021 555", "0215556;x=y", "１２３"]


@pytest.fixture
def centre() -> Centre:
    """1001 talks, 1002 is ready."""
    centre = Centre()
    centre.talk("1001")
    centre.staff("1002", SUPPORT)
    centre.act(e.ExplainAgent(agent="1001"))  # and it is now
    return centre


def refused(centre: Centre, action: e.AnyAction) -> tuple[str, str]:
    """Code and field; and nothing has changed by it."""
    before, commands = centre.engine.snapshot(), len(centre.output.commands)
    error = centre.ask(action)
    assert error is not None
    assert centre.engine.snapshot() == before
    assert len(centre.output.commands) == commands
    return error.code, error.field


def asking(centre: Centre, to: ToNumber) -> list[e.AnyAction]:
    """Every request that says where a call goes, in a state in which it could be done."""
    waiting = centre.interaction(centre.call("4008005678")).interaction
    ringing = centre.agent("1002").interaction
    assert ringing == waiting
    return [
        *(call(agent="1001", to=to) for call in CALLS),
        e.DeflectCall(agent="1002", to=to),
        e.MakeCall(agent=SUPPORT, to=to),
        e.MakePredictiveCall(queue="sales", to=to),
        e.Reroute(interaction=waiting, to=to),
        e.SelectRoute(interaction=waiting, asked="x", to=to),
    ]


def test_every_request_that_says_where_a_call_goes_is_among_those_tried(centre: Centre) -> None:
    kinds = {type(action) for action in asking(centre, ToNumber(number="0215556"))}
    assert kinds == {kind for kind in get_args(e.AnyAction) if "to" in kind.__struct_fields__}


@pytest.mark.parametrize("seconds", BAD_SECONDS)
def test_a_time_that_no_telephone_rings_is_refused_with_its_field(centre: Centre, seconds: float) -> None:
    for action in asking(centre, ToNumber(number="0215556", timeout_s=seconds)):
        assert refused(centre, action) == ("out_of_range", "to.timeout_s")


@pytest.mark.parametrize("trunk", [None, "demo-trunk"])
@pytest.mark.parametrize("number", NOBODY_DIALS)
def test_a_number_that_nobody_can_dial_is_refused_by_all_alike(centre: Centre, number: str, trunk: str | None) -> None:
    for action in asking(centre, ToNumber(number=number, trunk=trunk)):
        assert refused(centre, action) == ("value_invalid", "to")


def test_an_agent_is_called_by_its_id_though_that_is_no_number(centre: Centre) -> None:
    assert refused(centre, e.ConsultationCall(agent="1001", to=ToNumber(number="1003"))) == ("number_unreachable", "to")
    centre.act(e.ConsultationCall(agent="1001", to=ToNumber(number=SUPPORT)))
    assert centre.agent(SUPPORT).connection == "alerting"


def test_a_desk_phone_dials_out_nothing_else_either(centre: Centre) -> None:
    before = len(centre.did(Originate))
    centre.call("1@evil", device=SUPPORT, trunk=None)
    assert len(centre.did(Originate)) == before
    assert not centre.facts(InteractionEnded)


@pytest.mark.parametrize("number", [MAIN, f"+86{MAIN}"])
def test_a_number_of_ours_is_its_flow_for_a_transfer(centre: Centre, number: str) -> None:
    leg = centre.engine._core.state.interactions[centre.agent("1001").interaction or ""].leg
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToNumber(number=number)))
    assert centre.said(leg) == "欢迎致电 Welcome"
    assert not centre.did(Originate, number=number)


@pytest.mark.parametrize("call", [e.ConsultationCall, e.SingleStepConferenceCall])
def test_and_cannot_be_consulted_or_join_as_no_flow_can(centre: Centre, call: Callable[..., e.AnyAction]) -> None:
    assert refused(centre, call(agent="1001", to=ToNumber(number=MAIN))) == ("target_impossible", "to")


# --- every number there is -------------------------------------------------------------------------------------------------


def numbers(type_: Type, inside: str = "") -> list[tuple[str, bool]]:
    """Each number in it, and whether it has limits."""
    if isinstance(type_, Metadata):
        return [(inside, limits.limits_of(type_) is not None)]
    if isinstance(type_, UnionType):
        return [found for member in type_.types for found in numbers(member, inside)]
    if isinstance(type_, StructType):
        return [found for field in type_.fields for found in numbers(field.type, f"{inside}.{field.name}")]
    return [(inside, False)] if isinstance(type_, (FloatType, IntType)) else []


def test_every_number_of_every_request_has_limits() -> None:
    found = [
        (kind.cls.__name__ + name, limited) for kind in multi_type_info(get_args(e.AnyAction)) for name, limited in numbers(kind)
    ]
    assert len(found) > 10
    assert [name for name, limited in found if not limited] == []


@pytest.mark.parametrize("value", [10**400, -(10**400), math.nan])
def test_a_whole_number_beyond_all_bounds_is_refused_too(centre: Centre, value: Any) -> None:
    waiting = centre.interaction(centre.call()).interaction
    assert refused(centre, e.Reprioritize(interaction=waiting, priority=value)) == ("out_of_range", "priority")


# --- faults of ours ----------------------------------------------------------------------------------------------------------


def test_a_request_on_which_the_core_fails_is_refused_and_leaves_nothing(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_done(core: Any, tenant: str, action: Any, actor: str) -> None:
        action = e.ReleaseInteraction(interaction=core.agent(tenant, "1001").interaction)
        dispatch.calls.release_interaction(core, tenant, action, actor)
        raise KeyError("a fault of ours")

    call, before, commands = centre.agent("1001").interaction, centre.view, len(centre.output.commands)
    monkeypatch.setitem(dispatch.REQUESTS, e.HoldCall, half_done)
    error = centre.ask(e.HoldCall(agent="1001"))
    assert error is not None
    assert error.code == "engine_unavailable"
    assert centre.view == before
    assert len(centre.output.commands) == commands
    assert not centre.facts(InteractionEnded)
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    assert centre.agent("1002").interaction == call


def test_what_was_due_at_that_moment_has_happened_and_a_replay_comes_to_the_same(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*asked: Any) -> None:
        raise KeyError("a fault of ours")

    centre.hang_up(centre.engine._core.state.interactions[centre.agent("1001").interaction or ""].leg)
    assert centre.agent("1001").state == "working_after_call"
    monkeypatch.setitem(dispatch.REQUESTS, e.SetReady, fails)
    replayed = Engine.restore(centre.engine.snapshot())
    late = centre.now_ms + 3_600_000
    asked = e.Request(id="1", tenant="demo", actor="", action=e.SetReady(agent="1001"))
    outputs = [engine.receive(asked, late) for engine in (centre.engine, replayed)]
    assert centre.agent("1001").state == "ready"
    assert outputs[0].facts == outputs[1].facts != []
    assert [type(fault) for fault in outputs[0].faults] == [KeyError]
    assert centre.engine.snapshot() == replayed.snapshot()


def test_a_request_that_brings_rubbish_can_be_journaled_and_read_again() -> None:
    to = ToNumber(number="0215556", timeout_s=1e308)
    asked = e.Request(id="1", tenant="demo", actor="", action=e.MakeCall(agent="1001", to=to))
    assert msgspec.json.decode(msgspec.json.encode(asked), type=e.AnyEvent) == asked
