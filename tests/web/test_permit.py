"""Who may ask what, over the link, the API and CSTA alike: each request, by whose agent or call it is, by each set of rights."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any, get_args

import msgspec
import pytest

from callbase.apps.organization.access import Access
from callbase.core import events
from callbase.core.config import ToAgent, ToNumber
from callbase.core.events import AnyAction
from callbase.core.views import TenantView
from callbase.web.gateway.permit import permitted
from tests.web.fake_engine import agent, interaction
from tests.web.test_gateway import access

ME, COLLEAGUE, STRANGER = "1001", "1002", "1003"
"""The colleague is within reach, the stranger is not."""
CALLS = {ME: "mine", COLLEAGUE: "theirs", STRANGER: "other"}
WORK, ACT, RELEASE, TAKE, BARGE = "agent.work", "agents.supervise", "calls.release", "calls.take_over", "calls.barge"
LISTEN, WHISPER = "calls.listen", "calls.whisper"
RIGHTS = (WORK, ACT, RELEASE, TAKE, BARGE, LISTEN, WHISPER)
SETS = tuple(chain.from_iterable(combinations(RIGHTS, size) for size in range(len(RIGHTS) + 1)))

Needs = list[set[str]]
"""All of one of these."""
NOBODY: Needs = []

EVERYDAY: tuple[Needs, Needs] = ([{WORK}, {ACT}], [{ACT}])
SUPERVISORS: tuple[Needs, Needs] = ([{ACT}], [{ACT}])
ENDS: tuple[Needs, Needs] = ([{WORK}, {ACT, RELEASE}], [{ACT, RELEASE}])
TAKES: tuple[Needs, Needs] = ([{WORK}, {ACT, TAKE}], [{ACT, TAKE}])
BRINGS_IN: tuple[Needs, Needs] = ([{WORK}, {ACT, BARGE}], [{ACT, BARGE}])

TABLE: dict[str, tuple[Needs, Needs]] = {
    # what is asked: who may for oneself, who for a colleague within reach
    "SignIn": EVERYDAY,
    "SignOut": EVERYDAY,
    "SignOut now": SUPERVISORS,
    "SignOut now, from a call of no queue": ([{ACT, RELEASE}], [{ACT, RELEASE}]),
    "RestartSession": EVERYDAY,
    "SetReady": EVERYDAY,
    "SetNotReady": EVERYDAY,
    "AnswerCall": EVERYDAY,
    "RejectCall": EVERYDAY,
    "ClearCall": ENDS,
    "HoldCall": EVERYDAY,
    "RetrieveCall": EVERYDAY,
    "MakeCall": EVERYDAY,
    "GenerateDigits": EVERYDAY,
    "DeflectCall": TAKES,
    "DirectedPickupCall": EVERYDAY,
    "ParkCall": TAKES,
    "ConsultationCall": EVERYDAY,
    "ReconnectCall": ENDS,
    "AlternateCall": EVERYDAY,
    "TransferCall": TAKES,
    "ConferenceCall": BRINGS_IN,
    "SingleStepTransferCall": TAKES,
    "SingleStepConferenceCall": BRINGS_IN,
    "ClearConnection": ENDS,
    "SetOutcome": EVERYDAY,
    "FinishWrapUp": EVERYDAY,
    "SetData": EVERYDAY,
    "GetData": EVERYDAY,
    "ClearData": EVERYDAY,
    "ReportQuality": EVERYDAY,
    "ExplainAgent": EVERYDAY,
    "ConsoleLost": (NOBODY, NOBODY),
    "ConsoleBack": (NOBODY, NOBODY),
    "ReleaseInteraction": ([{RELEASE}], [{RELEASE}]),
    "MoveAgent": SUPERVISORS,
    "Reprioritize": SUPERVISORS,
    "Reroute": SUPERVISORS,
    "SelectRoute": SUPERVISORS,
    "Supervise listen": ([{LISTEN}], [{LISTEN}]),
    "Supervise whisper": ([{WHISPER}], [{WHISPER}]),
    "Supervise barge": ([{BARGE}], [{BARGE}]),
    "Supervise take_over": ([{TAKE}], [{TAKE}]),
    "StopSupervising": ([set()], [set()]),
}
MORE: dict[str, dict[str, Any]] = {
    "SignOut now": {"now": True},
    "SignOut now, from a call of no queue": {"now": True},
    "Supervise listen": {"mode": "listen"},
    "Supervise whisper": {"mode": "whisper"},
    "Supervise barge": {"mode": "barge"},
    "Supervise take_over": {"mode": "take_over"},
}
USUAL: dict[str, Any] = {
    "supervisor": ME,
    "to": ToAgent(agent=COLLEAGUE),
    "digits": "1",
    "asked": "q",
    "data": {},
    "queues": ("sales",),
    "started_ms": 0,
    "jitter_ms": 1,
    "loss": 0.0,
    "mos": 4.0,
    "lowest_mos": 4.0,
}


def asked(row: str, of: str) -> AnyAction:
    kind = getattr(events, row.split()[0])
    values = {**USUAL, "agent": of, "interaction": CALLS[of], **MORE.get(row, {})}
    wanted = [one.name for one in msgspec.structs.fields(kind) if one.required or one.name in MORE.get(row, {})]
    action: AnyAction = kind(**{name: values[name] for name in wanted})
    return action


def state(queue: str | None) -> TenantView:
    return TenantView(
        tenant="acme",
        config_version=1,
        agents={one: agent(one, state="busy", interaction=call) for one, call in CALLS.items()},
        interactions={call: interaction(call, agent=one, queue=queue, phase="talk") for one, call in CALLS.items()},
        queues={},
        trunks={},
        switch_online=True,
    )


def everybody(reach: frozenset[str] | None) -> Iterator[Access]:
    """An agent with each set of rights."""
    for rights in SETS:
        yield dataclasses.replace(access(ME, frozenset(rights), unit=reach), agent=ME)


def allowed(row: str, of: str, reach: frozenset[str] | None) -> list[set[str]]:
    """The sets of rights with which it is."""
    view = state(None if row.endswith("of no queue") else "sales")
    return [set(one.permissions) for one in everybody(reach) if permitted(one, asked(row, of), view)]


def expected(needs: Needs) -> list[set[str]]:
    return [set(rights) for rights in SETS if any(need <= set(rights) for need in needs)]


def test_the_table_has_every_request() -> None:
    assert {row.split()[0] for row in TABLE} | {"MakePredictiveCall"} == {kind.__name__ for kind in get_args(AnyAction)}


@pytest.mark.parametrize("row", TABLE)
def test_a_request_needs_the_rights_that_the_table_says(row: str) -> None:
    unit, own, colleagues = frozenset({ME, COLLEAGUE}), *TABLE[row]
    assert allowed(row, ME, unit) == expected(own)
    assert allowed(row, COLLEAGUE, unit) == expected(colleagues)
    assert allowed(row, COLLEAGUE, None) == expected(colleagues)
    assert allowed(row, STRANGER, None) == expected(colleagues)
    beyond = colleagues if row == "StopSupervising" else NOBODY
    assert allowed(row, STRANGER, unit) == expected(beyond)


def test_the_system_calls_for_a_queue_where_that_is_within_reach_and_numbers_outside_are() -> None:
    action = events.MakePredictiveCall(queue="sales", to=ToNumber(number="13900139000"))
    assert [set(one.permissions) for one in everybody(None) if permitted(one, action, None)] == expected([{ACT}])
    assert not [one for one in everybody(frozenset({ME, COLLEAGUE})) if permitted(one, action, None)], "a queue is no unit's"
    for queue, calls, may in (("sales", "anywhere", True), ("sales", "inside", False), ("support", "anywhere", False)):
        program = access("program", frozenset({ACT}), unit=frozenset(), queues=frozenset({queue}))
        assert permitted(dataclasses.replace(program, calls=calls), action, None) is may


def test_a_colleague_beyond_reach_is_not_robbed_of_a_call_in_the_name_of_one_within() -> None:
    supervisor = access("2001", frozenset(RIGHTS), unit=frozenset({ME, COLLEAGUE}))
    for of, may in ((COLLEAGUE, True), (STRANGER, False)):
        assert permitted(supervisor, events.DirectedPickupCall(agent=ME, of=of), state("sales")) is may
