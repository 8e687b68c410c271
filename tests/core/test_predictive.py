"""The system calls for a queue: who answers is a caller of that queue, and who does not has cost nobody anything."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.call.arrivals import LOOKUP_MS
from callbase.core.call.attached import CallMade
from callbase.core.commands import LookUpCustomer, Originate
from callbase.core.config import EntryRule, ToNumber, ToQueues, Trunk
from callbase.core.errors import CoreError
from callbase.core.events import MakePredictiveCall, ReleaseInteraction
from callbase.core.facts import CustomerIdentified, InteractionEnded, InteractionStarted, RecordingBegan, SegmentEnded
from tests.core.centre import MAIN, STRAIGHT, Centre, tenant
from tests.core.test_after_a_gap import back, gap
from tests.core.test_config_changes import publish, without

CALLED = "13900139000"


def calling(*agents: str, **changes: Any) -> tuple[Centre, str]:
    """The called telephone rings; the leg."""
    centre = Centre(**changes)
    centre.staff(*agents)
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED)))
    return centre, centre.did(Originate)[-1].leg


def answered(centre: Centre, leg: str) -> None:
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()


def test_nobody_is_kept_while_it_rings_and_its_answer_reaches_a_free_agent() -> None:
    centre, leg = calling("1001")
    (out,) = centre.did(Originate)
    assert (out.trunk, out.number, out.caller_number) == ("demo-trunk", CALLED, MAIN)
    assert (centre.only().phase, centre.only().direction, centre.only().called_for) == ("dialing", "outbound", "sales")
    assert centre.agent("1001").state == "ready"
    answered(centre, leg)
    assert centre.agent("1001").state == "reserved"
    assert centre.only().customer is not None, "the card is there before it rings"
    centre.answer("1001")
    assert centre.switch.legs[leg].bridge == centre.switch.legs[centre.agent_leg("1001")].bridge is not None
    assert centre.facts(RecordingBegan)[0].leg == leg
    centre.run_for(5_000)
    centre.hang_up(leg)
    assert centre.agent("1001").state == "working_after_call"
    segments = {one.kind: (one.queue, one.result) for one in centre.facts(SegmentEnded)}
    assert segments == {
        "flow": (None, "ended"),
        "queue": ("sales", "answered"),
        "offer": ("sales", "answered"),
        "talk": ("sales", "ended"),
    }
    ended = centre.facts(InteractionEnded)[0]
    assert (ended.reason, ended.queue, ended.agent) == ("customer_hung_up", "sales", "1001")
    assert (centre.queue().offered_today, centre.queue().answered_today, centre.queue().abandoned_today) == (1, 1, 0)


@pytest.mark.parametrize("known", [True, False])
def test_no_agent_is_offered_it_before_it_is_known_who_answered(monkeypatch: pytest.MonkeyPatch, *, known: bool) -> None:
    centre = Centre()
    centre.staff("1001")
    asked: list[LookUpCustomer] = []
    monkeypatch.setattr(centre, "_look_up", asked.append)
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED)))
    answered(centre, centre.did(Originate)[0].leg)
    assert (centre.only().phase, centre.agent("1001").state) == ("flow", "ready")
    monkeypatch.undo()
    if known:
        centre._look_up(asked[0])
    else:
        centre.run_for(LOOKUP_MS)
    assert centre.agent("1001").state == "reserved"
    assert (centre.only().customer is not None) == known
    assert centre.did(Originate)[1].caller_name == ("Wang" if known else "")


def test_who_hangs_up_before_that_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre()
    centre.staff("1001")
    monkeypatch.setattr(centre, "_look_up", lambda _: None)
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED)))
    leg = centre.did(Originate)[0].leg
    answered(centre, leg)
    centre.hang_up(leg)
    centre.run_for(LOOKUP_MS)
    assert not centre.view.interactions
    assert centre.agent("1001").state == "ready"
    assert len(centre.did(Originate)) == 1


def test_the_reply_names_the_call_and_the_customer_is_looked_up_by_the_number_called() -> None:
    centre = Centre()
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED)))
    assert centre.output.replies[-1].answer == CallMade(interaction=centre.only().interaction)
    assert centre.facts(InteractionStarted)[0].called_number == CALLED
    assert centre.facts(CustomerIdentified)[0].customer.name == "Wang"


def test_who_answers_while_nobody_is_free_waits_like_a_caller_and_may_give_up() -> None:
    centre, leg = calling()
    answered(centre, leg)
    assert (centre.only().phase, centre.only().position) == ("queue", 1)
    assert centre.switch.legs[leg].music is not None
    centre.hang_up(leg)
    assert centre.facts(InteractionEnded)[0].reason == "abandoned"
    assert (centre.queue().offered_today, centre.queue().abandoned_today) == (1, 1)


@pytest.mark.parametrize("cause", ["busy", "no_answer", "rejected", "unallocated", "congestion", "unreachable"])
def test_who_is_not_reached_counts_for_no_queue_and_the_cause_is_told(cause: str) -> None:
    centre, leg = calling("1001")
    centre.hang_up(leg, cause)
    assert not centre.view.interactions
    ended = centre.facts(InteractionEnded)[0]
    assert (ended.reason, ended.cause, ended.queue_ms) == ("failed", cause, 0)
    assert (centre.queue().offered_today, centre.queue().abandoned_today, centre.agent("1001").state) == (0, 0, "ready")
    told = centre.queue().unreached
    assert told is not None
    assert (told.interaction, told.number, told.cause) == (ended.interaction, CALLED, cause)


def test_it_rings_no_longer_than_was_said() -> None:
    centre = Centre()
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED, timeout_s=10)))
    assert centre.did(Originate)[0].timeout_ms == 10_000
    centre.run_for(15_000)
    assert not centre.view.interactions
    assert not centre.switch.legs
    assert centre.facts(InteractionEnded)[0].reason == "failed"


def test_a_queue_that_is_deleted_while_it_rings_keeps_nobody_for_ever() -> None:
    centre, leg = calling("1001")
    publish(centre, **without("sales"))
    answered(centre, leg)
    centre.run_for(20_000)
    assert not centre.view.interactions
    assert not centre.switch.legs


@pytest.mark.parametrize("when", ["it rings", "it has answered"])
def test_the_heir_of_a_deleted_queue_has_who_answers(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    queues = tenant().queues
    sales = msgspec.structs.replace(queues["sales"], when_deleted="support")
    centre = Centre(queues={**queues, "sales": sales})
    centre.staff("1001", "1011")
    monkeypatch.setattr(centre, "_look_up", lambda _: None)
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED)))
    leg = centre.did(Originate)[0].leg
    if when == "it has answered":
        answered(centre, leg)
    publish(centre, **without("sales"))
    assert (centre.only().called_for, centre.only().queue) == ("support", "support")
    if when == "it rings":
        answered(centre, leg)
    centre.run_for(LOOKUP_MS)
    assert (centre.agent("1011").state, centre.agent("1001").state) == ("reserved", "ready")
    centre.answer("1011")
    assert (centre.only().phase, centre.only().queue) == ("talk", "support")


def test_who_is_not_reached_is_told_at_the_heir_and_nowhere_without_one() -> None:
    queues = tenant().queues
    sales = msgspec.structs.replace(queues["sales"], when_deleted="support")
    centre, leg = calling(queues={**queues, "sales": sales})
    publish(centre, **without("sales"))
    centre.hang_up(leg, "busy")
    told = centre.queue("support").unreached
    assert told is not None
    assert (told.number, told.cause) == (CALLED, "busy")
    centre, leg = calling()
    publish(centre, **without("sales"))
    centre.hang_up(leg, "busy")
    assert not centre.view.interactions
    assert not centre.engine._core.state.tenants["demo"].unreached


def test_who_answers_comes_by_the_queues_door() -> None:
    rule = EntryRule(target=ToQueues(queues=("support",)))
    sales = msgspec.structs.replace(tenant().queues["sales"], entry=(rule,))
    centre, leg = calling("1011", queues={**tenant().queues, "sales": sales})
    answered(centre, leg)
    assert centre.agent("1011").state == "reserved"


def test_a_supervisor_ends_it_while_it_rings() -> None:
    centre, _ = calling()
    centre.act(ReleaseInteraction(interaction=centre.only().interaction))
    assert not centre.view.interactions
    assert not centre.switch.legs


def test_after_a_gap_it_is_called_still_or_over() -> None:
    centre, leg = calling("1001")
    gap(centre)
    back(centre)
    answered(centre, leg)
    assert centre.agent("1001").state == "reserved"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"queue": "nowhere"}, CoreError(code="queue_unknown", field="queue", data={"queue": "nowhere"})),
        ({"number": STRAIGHT}, CoreError(code="target_impossible", field="to")),
        ({"number": "1001"}, CoreError(code="target_impossible", field="to", data={"number": "1001"})),
        ({"number": "12 34"}, CoreError(code="value_invalid", field="to", data={"number": "12 34"})),
        ({"trunk": "other"}, CoreError(code="number_unreachable", field="to", data={"number": CALLED})),
        ({"timeout_s": 600}, CoreError(code="out_of_range", field="to.timeout_s", data={"least": "3", "most": "300"})),
        ({"shown": "110"}, CoreError(code="value_invalid", field="caller_number", data={"number": "110"})),
    ],
)
def test_what_cannot_be_called_is_refused_by_its_field(asked: dict[str, Any], error: CoreError) -> None:
    centre = Centre()
    centre.staff("1001")
    before = centre.view
    to = ToNumber(number=asked.get("number", CALLED), trunk=asked.get("trunk"), timeout_s=asked.get("timeout_s", 30))
    assert centre.ask(MakePredictiveCall(queue=asked.get("queue", "sales"), to=to, caller_number=asked.get("shown"))) == error
    assert centre.view == before


def test_without_a_free_line_it_is_refused_and_with_one_the_number_shown_may_be_chosen() -> None:
    centre = Centre(trunks={"demo-trunk": Trunk(id="demo-trunk", max_channels=1)})
    centre.act(MakePredictiveCall(queue="sales", to=ToNumber(number=CALLED), caller_number=STRAIGHT))
    assert centre.did(Originate)[0].caller_number == STRAIGHT
    refused = centre.ask(MakePredictiveCall(queue="sales", to=ToNumber(number="13900139001")))
    assert refused is not None
    assert refused.code == "number_unreachable"
