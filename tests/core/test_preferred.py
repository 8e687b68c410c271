"""One agent before all others: a named one, who served the caller last, or the one attached data names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.config import Enqueue, Flow, Prefer, Requirement, SendTo, ToAgent
from callbase.core.events import ClearCall, FinishWrapUp, RejectCall, SetData, SetReady, SignIn, SignOut
from callbase.core.facts import RoutingExplained, WaitingChanged
from callbase.core.routing import preference
from tests.core.centre import MAIN, STRAIGHT, Centre, tenant
from tests.core.test_callback import CALLER, ask_for_callback, centre_calling, customer


def preferring(prefer: Prefer) -> dict[str, Any]:
    """MAIN leads to sales with the wish, STRAIGHT without."""
    main = Flow(id="main", version=1, start="q", nodes={"q": Enqueue(queue="sales", prefer=prefer)})
    return {"flows": {**tenant().flows, "main": main}}


NAMED = Prefer(by="agent", agent="1002", for_s=20)


def test_the_preferred_agent_is_asked_though_another_is_idle_for_longer() -> None:
    centre = Centre(**preferring(NAMED))
    centre.staff("1001", "1002")
    leg = centre.call(MAIN)
    assert centre.interaction(leg).agent == "1002"
    why = centre.facts(RoutingExplained)[-1]
    assert (why.rule, why.chosen, why.preferred) == ("preferred_agent", "1002", "1002")
    assert [(one.agent, one.why) for one in why.passed_over][:1] == [("1001", "not_preferred")]


def test_while_it_is_busy_the_caller_waits_for_it_so_long_and_no_longer() -> None:
    centre = Centre(**preferring(NAMED))
    centre.talk("1002")
    centre.staff("1001")
    leg = centre.call(MAIN, caller="2")
    centre.run_for(19_999)
    assert centre.interaction(leg).agent is None
    centre.run_for(1)
    assert centre.interaction(leg).agent == "1001"
    assert [(fact.what, fact.data) for fact in centre.facts(WaitingChanged)] == [
        ("preferred_over", {"agent": "1002", "why": "timed_out"})
    ]


def test_free_in_time_it_gets_who_waits_for_it_before_those_who_wait_for_anyone() -> None:
    centre = Centre(**preferring(NAMED))
    centre.talk("1002")
    longer = centre.call(STRAIGHT, caller="1")
    centre.run_for(5_000)
    leg = centre.call(MAIN, caller="2")
    centre.act(ClearCall(agent="1002"))
    centre.act(FinishWrapUp(agent="1002"))
    assert centre.interaction(leg).agent == "1002"
    assert centre.interaction(longer).agent is None


def test_when_it_signs_out_all_are_asked_at_once() -> None:
    centre = Centre(**preferring(Prefer(by="agent", agent="1011", for_s=600)))
    centre.staff("1011")
    busy = centre.call(MAIN, caller="9")
    assert centre.interaction(busy).agent == "1011", "a preferred agent need not be a member of the queue"
    centre.staff("1001")
    leg = centre.call(MAIN, caller="2")
    assert centre.interaction(leg).agent is None
    centre.act(SignOut(agent="1011"))
    assert {centre.interaction(one).agent for one in (busy, leg)} == {"1001", None}
    assert centre.interaction(busy).agent == "1001"
    assert {fact.data["why"] for fact in centre.facts(WaitingChanged)} == {"not_taken", "signed_out"}


def test_signed_out_from_the_beginning_it_is_not_waited_for() -> None:
    centre = Centre(**preferring(NAMED))
    centre.staff("1001")
    assert centre.interaction(centre.call(MAIN)).agent == "1001"


def test_who_declines_is_not_waited_for() -> None:
    centre = Centre(**preferring(NAMED))
    centre.staff("1001", "1002")
    leg = centre.call(MAIN)
    centre.act(RejectCall(agent="1002"))
    assert centre.interaction(leg).agent == "1001"


def test_with_only_nobody_else_is_ever_asked() -> None:
    centre = Centre(**preferring(Prefer(by="agent", agent="1002", only=True)))
    centre.staff("1001")
    leg = centre.call(MAIN)
    centre.run_for(600_000)
    assert centre.interaction(leg).agent is None
    centre.staff("1002")
    assert centre.interaction(leg).agent == "1002"
    centre.act(RejectCall(agent="1002"))
    assert centre.interaction(leg).position == 1
    centre.act(SetReady(agent="1002"))
    assert centre.interaction(leg).agent == "1002"


def test_who_served_the_caller_last_is_preferred() -> None:
    centre = Centre(**preferring(Prefer(by="last_agent")))
    centre.staff("1001", "1002", "1003")
    first = centre.call(caller="+8613900139077")
    assert centre.interaction(first).agent == "1001"
    centre.answer("1001")
    centre.hang_up(first)
    centre.act(FinishWrapUp(agent="1001"))
    again = centre.interaction(centre.call(MAIN, caller="13900139077"))
    assert again.agent == "1001", "though the others are idle for longer, and however the trunk writes the number"
    assert centre.interaction(centre.call(MAIN, caller="78")).agent == "1002"


def test_attached_data_may_name_the_agent() -> None:
    centre = Centre(
        flows={
            "main": Flow(
                id="main",
                version=1,
                start="menu",
                nodes={**tenant().flows["main"].nodes, "sales": Enqueue(queue="sales", prefer=Prefer(by="data", key="owner"))},
            ),
        }
    )
    centre.staff("1001", "1002")
    leg = centre.call(MAIN)
    centre.act(SetData(interaction=centre.interaction(leg).interaction, data={"owner": "1002"}))
    centre.press(leg, "1")
    assert centre.interaction(leg).agent == "1002"


def test_of_callers_remembered_those_served_longest_ago_are_forgotten_first(monkeypatch: Any) -> None:
    monkeypatch.setattr(preference, "MOST_SERVED", 2)
    centre = Centre(**preferring(Prefer(by="last_agent")))
    centre.staff("1001")
    for caller in ("1", "2", "1", "3"):
        leg = centre.call(caller=caller)
        centre.answer("1001")
        centre.hang_up(leg)
        centre.act(FinishWrapUp(agent="1001"))
    assert set(centre.engine._core.state.tenants["demo"].served) == {"1", "3"}


def test_who_waits_for_one_agent_gets_it_when_the_switch_is_back() -> None:
    centre = Centre(**preferring(Prefer(by="agent", agent="1002", only=True)))
    centre.staff("1001")
    leg = centre.call(MAIN)
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    for action in (SignIn(agent="1002", device="1002"), SetReady(agent="1002")):
        centre.ask(action)
    centre.switch.register("1002", centre.now_ms)
    centre.switch.connect(centre.now_ms)
    centre.settle()
    centre.ask(SetReady(agent="1002"))
    assert centre.interaction(leg).agent == "1002"


def test_a_higher_priority_goes_before_who_wants_that_agent_unless_another_is_free_for_it() -> None:
    vip = {"dids": {MAIN: tenant().dids[MAIN], STRAIGHT: msgspec.structs.replace(tenant().dids[STRAIGHT], priority=5)}}
    for others in ((), ("1001",)):
        centre = Centre(**preferring(NAMED), **vip)
        centre.talk("1002", number=MAIN, caller="0")
        wanting = centre.call(MAIN, caller="1")
        urgent = centre.call(STRAIGHT, caller="2")
        centre.staff(*others)
        centre.act(ClearCall(agent="1002"))
        centre.act(FinishWrapUp(agent="1002"))
        assert centre.interaction(urgent).agent == ("1001" if others else "1002")
        assert centre.interaction(wanting).agent == ("1002" if others else None)


def test_with_aging_nobody_is_passed_for_ever_by_those_who_want_one_agent() -> None:
    whole = tenant()
    aging = msgspec.structs.replace(whole.queues["sales"], aging_s=30.0)
    centre = Centre(**preferring(NAMED), queues={**whole.queues, "sales": aging})
    centre.talk("1002", number=MAIN, caller="0")
    patient = centre.call(STRAIGHT, caller="1")
    for number in range(2, 20):
        centre.run_for(9_000)
        centre.call(MAIN, caller=str(number))
        centre.act(ClearCall(agent="1002"))
        centre.act(FinishWrapUp(agent="1002"))
        if centre.interaction(patient).agent is not None:
            break
        centre.answer("1002")
    assert centre.interaction(patient).agent == "1002"
    assert number <= 6, "about thirty seconds later"


def test_who_lacks_a_skill_required_is_not_preferred() -> None:
    needs = Requirement(skill="fr", level=80)
    agents = {
        name: msgspec.structs.replace(one, skills={"fr": 90} if name == "1001" else {}) for name, one in tenant().agents.items()
    }
    main = Flow(id="main", version=1, start="q", nodes={"q": Enqueue(queue="sales", prefer=NAMED, requires=(needs,))})
    centre = Centre(agents=agents, flows={**tenant().flows, "main": main})
    centre.staff("1002", "1001")
    assert centre.interaction(centre.call(MAIN)).agent == "1001"


def test_who_was_called_back_or_sent_to_an_agent_directly_was_served_by_it_too() -> None:
    direct = Flow(id="main", version=1, start="s", nodes={"s": SendTo(target=ToAgent(agent="1002"))})
    centre = Centre(flows={**tenant().flows, "main": direct})
    centre.staff("1002", answers_after_ms=100)
    centre.call(MAIN, caller="13900139000")
    centre.run_for(500)
    assert centre.agent("1002").state == "busy"
    assert centre.engine._core.state.tenants["demo"].served["13900139000"].agent == "1002"

    called = centre_calling()
    ask_for_callback(called)
    customer(called, answers_after_ms=100)
    called.staff("1003", answers_after_ms=100)
    called.run_for(1_000)
    assert called.agent("1003").state == "busy"
    assert called.engine._core.state.tenants["demo"].served[CALLER].agent == "1003"


@pytest.mark.parametrize(("prefer", "why"), [("1002", "signed_out"), ("9999", "removed")])
def test_a_preference_dropped_on_entering_is_noted(prefer: str, why: str) -> None:
    centre = Centre(**preferring(Prefer(by="agent", agent=prefer, for_s=20)))
    centre.staff("1001")
    leg = centre.call(MAIN)
    assert centre.interaction(leg).agent == "1001"
    assert [(fact.what, fact.queue, fact.data) for fact in centre.facts(WaitingChanged)] == [
        ("preference_dropped", "sales", {"agent": prefer, "why": why})
    ]
