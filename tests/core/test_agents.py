"""What agents ask, what they become, and what is refused."""

from __future__ import annotations

import msgspec
import pytest

from callbase.core.call.attached import AttachedData
from callbase.core.events import (
    AnyAction,
    ClearCall,
    ClearData,
    FinishWrapUp,
    GetData,
    HoldCall,
    LegHeld,
    LegRetrieved,
    MoveAgent,
    ReportQuality,
    Request,
    RestartSession,
    RetrieveCall,
    SetData,
    SetNotReady,
    SetOutcome,
    SetReady,
    SignIn,
    SignOut,
)
from callbase.core.facts import AgentStateChanged, DataChanged, OutcomeSet, QualityReported
from tests.core.centre import Centre, tenant


def refusal(centre: Centre, action: AnyAction, tenant_id: str = "demo") -> str:
    error = centre.ask(action, tenant_id)
    assert error is not None
    return error.code


def test_signing_in_takes_the_first_device_and_is_not_ready() -> None:
    centre = Centre()
    centre.act(SignIn(agent="1001"))
    view = centre.agent("1001")
    assert (view.state, view.reason, view.device) == ("not_ready", "signed_in", "1001")
    assert centre.queue().signed_in == 1
    (fact,) = centre.facts(AgentStateChanged)
    assert (fact.previous, fact.actor) == ("logged_off", "test")


def test_signing_in_again_moves_to_the_other_telephone() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.switch.register("1001-web", centre.now_ms)
    centre.settle()
    centre.act(SignIn(agent="1001", device="1001-web"))
    assert (centre.agent("1001").state, centre.agent("1001").device) == ("ready", "1001-web")
    centre.call()
    assert centre.switch.legs[centre.agent_leg("1001")].device == "1001-web"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (SignIn(agent="9999"), "agent_unknown"),
        (SignIn(agent="1001", device="nothing"), "device_unknown"),
        (SignIn(agent="1001", device="1002"), "device_taken"),
        (SignIn(agent="1001", device="demo-customer-1"), "device_unknown"),
        (SetReady(agent="1001"), "agent_signed_out"),
        (SetNotReady(agent="1001"), "agent_signed_out"),
        (HoldCall(agent="1001"), "agent_signed_out"),
        (FinishWrapUp(agent="1001"), "agent_signed_out"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(action: AnyAction, code: str) -> None:
    assert refusal(Centre(), action) == code


def test_an_unknown_tenant_an_unknown_reason_an_offline_telephone() -> None:
    centre = Centre()
    assert refusal(centre, SetReady(agent="1001"), "elsewhere") == "tenant_unknown"
    centre.act(SignIn(agent="1001"))
    assert refusal(centre, SetNotReady(agent="1001", reason="siesta")) == "reason_unknown"
    assert refusal(centre, SetReady(agent="1001")) == "device_offline"
    assert refusal(centre, RetrieveCall(agent="1001")) == "wrong_state"


def test_signing_out_twice_does_no_harm() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.act(SignOut(agent="1001"))
    centre.act(SignOut(agent="1001"))
    assert centre.agent("1001").state == "logged_off"
    assert centre.agent("1001").device is None
    assert centre.queue().signed_in == 0


def test_a_sign_in_that_is_refused_leaves_the_sign_out_asked_for() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.act(SignOut(agent="1001"))
    before = centre.engine.snapshot()
    assert refusal(centre, SignIn(agent="1001", device="1001-web")) == "agent_busy"
    assert centre.engine.snapshot() == before
    centre.hang_up(customer)
    centre.act(FinishWrapUp(agent="1001"))
    assert centre.agent("1001").state == "logged_off"


def test_signing_out_while_talking_waits_for_the_end() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.act(SignOut(agent="1001"))
    assert (centre.agent("1001").state, centre.agent("1001").next_state) == ("busy", "logged_off")
    centre.hang_up(customer)
    assert centre.agent("1001").state == "working_after_call"
    centre.act(FinishWrapUp(agent="1001"))
    assert centre.agent("1001").state == "logged_off"


def test_a_break_asked_for_while_talking_comes_after_wrap_up() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    assert centre.agent("1001").next_state == "not_ready"
    centre.hang_up(customer)
    centre.run_for(30_000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "lunch")


def test_ready_takes_a_break_back() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.act(SetNotReady(agent="1001"))
    centre.act(SetReady(agent="1001"))
    centre.hang_up(customer)
    centre.run_for(30_000)
    assert centre.agent("1001").state == "ready"


def test_ready_in_wrap_up_ends_it() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.hang_up(customer)
    centre.act(SetReady(agent="1001"))
    assert centre.agent("1001").state == "ready"
    assert not centre.view.interactions


def test_no_wrap_up_where_the_queue_has_none() -> None:
    whole = tenant()
    sales = msgspec.structs.replace(whole.queues["sales"], wrap_up_s=0.0)
    centre = Centre(queues={**whole.queues, "sales": sales})
    customer, _ = centre.talk()
    centre.hang_up(customer)
    assert centre.agent("1001").state == "ready"
    assert not centre.view.interactions


def test_hold_and_retrieve_at_the_screen() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    centre.act(HoldCall(agent="1001"))
    assert centre.only().phase == "hold"
    assert centre.agent("1001").connection == "hold"
    assert centre.switch.legs[customer].music == "default"
    assert centre.switch.legs[customer].bridge is None
    assert refusal(centre, HoldCall(agent="1001")) == "wrong_state"
    centre.run_for(3000)
    centre.act(RetrieveCall(agent="1001"))
    assert centre.only().phase == "talk"
    assert centre.switch.legs[customer].music is None
    assert centre.switch.legs[customer].bridge == centre.switch.legs[agent].bridge
    assert refusal(centre, RetrieveCall(agent="1001")) == "wrong_state"


def test_hold_and_retrieve_by_the_telephones_own_button() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    centre.give(LegHeld(leg=agent))
    assert centre.only().phase == "hold"
    centre.give(LegRetrieved(leg=agent))
    assert centre.only().phase == "talk"
    centre.give(LegHeld(leg=customer))
    assert centre.only().phase == "talk", "a customer's button holds us, not the call"


def test_outcomes_belong_to_ones_own_call() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.staff("1002")
    mine = centre.only().interaction
    assert refusal(centre, SetOutcome(agent="1002", interaction=mine, outcome="sold")) == "interaction_not_yours"
    assert refusal(centre, SetOutcome(agent="1001", interaction=mine, outcome="lost")) == "outcome_unknown"
    assert refusal(centre, SetOutcome(agent="1001", interaction="none", outcome="sold")) == "interaction_unknown"
    centre.act(SetOutcome(agent="1001", interaction=mine, outcome="sold"))
    centre.hang_up(customer)
    centre.act(SetOutcome(agent="1001", interaction=mine, outcome="sold", note="again"))


def test_how_a_call_sounded_is_kept_with_it_while_it_is_ones_own() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.staff("1002")
    mine = centre.only().interaction
    good = ReportQuality(
        agent="1001", interaction=mine, started_ms=centre.now_ms, jitter_ms=4, loss=0.01, mos=4.2, lowest_mos=3.1, rtt_ms=40
    )
    replace = msgspec.structs.replace
    assert refusal(centre, replace(good, agent="1002")) == "interaction_not_yours"
    assert refusal(centre, replace(good, interaction="none")) == "interaction_unknown"
    wrong: list[dict[str, float]] = [
        {"loss": 1.1},
        {"mos": 0.5},
        {"mos": 6.0},
        {"lowest_mos": 4.3},
        {"rtt_ms": -1},
        {"started_ms": 0},
    ]
    for change in wrong:
        assert refusal(centre, replace(good, **change)) == "out_of_range"
    assert centre.facts(QualityReported) == []
    centre.act(good)
    centre.hang_up(customer)
    centre.act(replace(good, rtt_ms=None))
    assert [(it.rtt_ms, it.loss, it.lowest_mos) for it in centre.facts(QualityReported)] == [(40, 0.01, 3.1), (None, 0.01, 3.1)]


def test_the_end_of_a_call_is_told_though_the_agent_is_in_it_no_longer() -> None:
    quick = msgspec.structs.replace(tenant().queues["sales"], wrap_up_s=0.0)
    centre = Centre(queues={**tenant().queues, "sales": quick})
    customer, _ = centre.talk()
    mine, began = centre.only().interaction, centre.now_ms
    centre.run_for(5000)
    last = ReportQuality(agent="1001", interaction=mine, started_ms=began, jitter_ms=4, loss=0.0, mos=4.2, lowest_mos=3.1)
    centre.hang_up(customer)
    assert not centre.view.interactions
    centre.act(last)
    assert [it.interaction for it in centre.facts(QualityReported)] == [mine]
    assert refusal(centre, msgspec.structs.replace(last, started_ms=began - 60_000)) == "out_of_range"
    centre.run_for(30_001)
    assert refusal(centre, last) == "interaction_unknown"


def test_a_note_is_kept_without_an_outcome_and_survives_another_outcome() -> None:
    centre = Centre()
    centre.talk()
    mine = centre.only().interaction
    centre.act(SetOutcome(agent="1001", interaction=mine, note="calls on Monday"))
    assert (centre.only().outcome, centre.only().note) == (None, "calls on Monday")
    centre.act(SetOutcome(agent="1001", interaction=mine, outcome="sold"))
    assert (centre.only().outcome, centre.only().note) == ("sold", "calls on Monday")
    centre.act(SetOutcome(agent="1001", interaction=mine, note=""))
    assert (centre.only().outcome, centre.only().note) == ("sold", "")
    said = [(fact.outcome, fact.note) for fact in centre.facts(OutcomeSet)]
    assert said == [(None, "calls on Monday"), ("sold", "calls on Monday"), ("sold", "")]


def test_another_reason_while_not_ready_counts_from_then_on() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    centre.run_for(60_000)
    centre.act(SetNotReady(agent="1001"))
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", None)
    assert centre.agent("1001").since_ms == centre.now_ms
    changed = centre.facts(AgentStateChanged)[-1]
    assert (changed.previous, changed.previous_reason) == ("not_ready", "lunch")
    assert changed.at_ms - changed.previous_since_ms == 60_000


def test_attached_data_is_set_and_removed_and_has_limits() -> None:
    centre = Centre()
    centre.call()
    which = centre.only().interaction
    centre.act(SetData(interaction=which, data={"order": "7", "colour": "red"}))
    centre.act(SetData(interaction=which, data={"colour": None}))
    assert centre.only().data == {"order": "7"}
    assert len(centre.facts(DataChanged)) == 2
    assert refusal(centre, SetData(interaction=which, data={"order": "x" * 5000})) == "value_invalid"
    assert refusal(centre, SetData(interaction=which, data={str(n): "" for n in range(101)})) == "value_invalid"
    assert centre.only().data == {"order": "7"}, "nothing is half-written"


def test_clearing_without_a_call_is_refused() -> None:
    centre = Centre()
    centre.staff("1001")
    assert refusal(centre, ClearCall(agent="1001")) == "wrong_state"


def under_a_supervisor() -> Centre:
    agent = msgspec.structs.replace(tenant().agents["1001"], person="anna")
    return Centre(agents={**tenant().agents, "1001": agent})


@pytest.mark.parametrize(("actor", "reason"), [("anna", None), ("token:1", None), ("boss", "forced")])
def test_who_is_made_not_ready_by_a_supervisor_is_so_by_force(actor: str, reason: str | None) -> None:
    centre = under_a_supervisor()
    centre.staff("1001")
    assert centre.ask(SetNotReady(agent="1001"), actor=actor) is None
    assert centre.agent("1001").reason == reason
    assert centre.ask(SetNotReady(agent="1001", reason="lunch"), actor=actor) is None
    assert centre.agent("1001").reason == "lunch"


def test_force_is_remembered_until_the_call_is_over() -> None:
    centre = under_a_supervisor()
    customer, _ = centre.talk()
    assert centre.ask(SetNotReady(agent="1001"), actor="boss") is None
    centre.hang_up(customer)
    centre.run_for(30_000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "forced")


def test_force_of_a_sign_out_is_remembered_until_the_call_is_over() -> None:
    centre = under_a_supervisor()
    customer, _ = centre.talk()
    assert centre.ask(SignOut(agent="1001"), actor="boss") is None
    centre.hang_up(customer)
    centre.run_for(30_000)
    out = centre.facts(AgentStateChanged)[-1]
    assert (out.state, out.reason, centre.agent("1001").next_state) == ("logged_off", "forced", None)


# --- a session begun anew --------------------------------------------------------------------------------------------


def test_a_restart_leaves_nothing_of_the_session_before() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.act(MoveAgent(agent="1001", queues=("support",)))
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    centre.hang_up(customer)
    centre.act(RestartSession(agent="1001"))
    view = centre.agent("1001")
    assert (view.state, view.reason, view.device) == ("not_ready", "signed_in", "1001")
    assert (view.next_state, view.wrap_up_until_ms, view.interaction, view.moved) == (None, None, None, False)
    centre.run_for(60_000)
    assert centre.agent("1001").state == "not_ready"
    assert [fact.state for fact in centre.facts(AgentStateChanged)][-2:] == ["logged_off", "not_ready"]


def test_a_restart_may_be_at_another_telephone_and_what_rang_goes_on_to_the_next() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.call()
    assert centre.agent("1001").state == "reserved"
    centre.act(RestartSession(agent="1001", device="1001-web"))
    assert (centre.agent("1001").state, centre.agent("1001").device) == ("not_ready", "1001-web")
    assert centre.agent("1002").state == "reserved"
    assert refusal(centre, RestartSession(agent="1001", device="1002")) == "device_taken"


def test_a_restart_signs_in_who_is_not_and_lets_nobody_drop_a_call() -> None:
    centre = Centre()
    centre.act(RestartSession(agent="1002"))
    assert centre.agent("1002").state == "not_ready"
    centre.talk()
    assert refusal(centre, RestartSession(agent="1001")) == "agent_busy"
    assert (centre.agent("1001").state, centre.only().phase) == ("busy", "talk")


def test_attached_data_is_read_and_cleared() -> None:
    centre = Centre()
    centre.talk()
    mine = centre.only().interaction
    centre.act(SetData(interaction=mine, data={"order": "7", "colour": "red"}))

    def read(*keys: str) -> dict[str, str]:
        action = GetData(interaction=mine, keys=keys or None)
        (reply,) = centre.give(Request(id="q", tenant="demo", actor="test", action=action)).replies
        assert isinstance(reply.answer, AttachedData)
        return reply.answer.data

    assert read() == {"order": "7", "colour": "red"}
    assert read("order", "size") == {"order": "7"}
    centre.act(ClearData(interaction=mine))
    assert (read(), centre.only().data) == ({}, {})
    told = len(centre.facts(DataChanged))
    centre.act(ClearData(interaction=mine))
    assert len(centre.facts(DataChanged)) == told
    assert refusal(centre, GetData(interaction="none")) == "interaction_unknown"


def test_who_may_act_for_others_is_of_another_type() -> None:
    boss = msgspec.structs.replace(tenant().agents["1002"], type="supervisor")
    centre = Centre(agents={**tenant().agents, "1002": boss})
    assert (centre.agent("1001").type, centre.agent("1002").type) == ("agent", "supervisor")
