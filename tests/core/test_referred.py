"""A desk phone's own transfer, and data in SIP headers."""

from __future__ import annotations

import pytest

from callbase.core import events as e
from callbase.core.commands import AttachData, Originate
from callbase.core.config import ToAgent, ToNumber
from callbase.core.facts import DataChanged
from tests.core.centre import STRAIGHT, Centre
from tests.core.test_transfers import customer, with_customer


@pytest.fixture
def centre() -> Centre:
    """1001 talks with a customer; 1002 is not ready."""
    centre = Centre()
    centre.staff("1002")
    centre.act(e.SetNotReady(agent="1002"))
    centre.talk("1001")
    return centre


def refer(centre: Centre, leg: str, number: str) -> bool | None:
    """What the telephone is told of it."""
    centre.switch.refer(leg, number, centre.now_ms)
    there = centre.switch.legs[leg]
    centre.settle()
    return there.transferred


def test_an_agents_telephone_transfers_as_its_agent_would(centre: Centre) -> None:
    assert refer(centre, centre.agent_leg("1001"), "1002")
    assert centre.agent("1001").state == "working_after_call"
    assert customer(centre).music == "default"
    centre.answer("1002")
    assert with_customer(centre, "1002")


def test_to_a_number_of_the_house_and_from_hold_too(centre: Centre) -> None:
    centre.switch.hold(centre.agent_leg("1001"), centre.now_ms)
    centre.settle()
    assert refer(centre, centre.agent_leg("1001"), STRAIGHT)
    assert centre.only().queue == "sales"
    assert centre.agent("1001").state == "working_after_call"


@pytest.mark.parametrize("number", ["", "1001", "nobody at all", "0215556 "])
def test_where_there_is_no_way_the_call_goes_on(centre: Centre, number: str) -> None:
    before = centre.engine.snapshot()
    assert refer(centre, centre.agent_leg("1001"), number) is False
    assert centre.engine.snapshot() == before
    assert with_customer(centre, "1001")


def test_a_customer_sends_nobody_anywhere(centre: Centre) -> None:
    assert refer(centre, customer(centre).id, "0085212345678") is False
    assert with_customer(centre, "1001")


def test_nor_does_one_who_only_consults_or_is_consulted(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    for agent in ("1001", "1002"):
        assert refer(centre, centre.agent_leg(agent), "0215556") is False
    assert centre.only().consultation == "connected"


def test_headers_are_data_before_it_rings() -> None:
    centre = Centre()
    centre.staff("1001")
    headers = {"X-Order": "17", "X-Callbase-Interaction": "forged", "X-": "", "Subject": "no"}
    centre.switch.dial(STRAIGHT, centre.now_ms, caller="139", trunk="demo-trunk", headers=headers)
    centre.settle()
    assert centre.agent("1001").state == "reserved"
    assert centre.only().data == {"x-order": "17"}
    assert [(fact.data, fact.actor) for fact in centre.facts(DataChanged)] == [({"x-order": "17"}, "sip")]


def test_what_a_partner_sends_along_with_a_caller_it_transfers_here_is_data_and_goes_on_but_not_who_sent_it() -> None:
    centre = Centre()
    centre.staff("1001")
    headers = {"User-to-User": "3137;encoding=hex", "Referred-By": "<sip:desk@partner.example>", "Subject": "no"}
    centre.switch.dial(STRAIGHT, centre.now_ms, caller="139", trunk="demo-trunk", headers=headers)
    centre.settle()
    assert centre.only().data == {"user-to-user": "3137;encoding=hex", "referred-by": "<sip:desk@partner.example>"}
    centre.answer("1001")
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToNumber(number="02155556666")))
    sent = centre.did(Originate)[-1].headers
    assert {name: value for name, value in sent.items() if name != "X-Callbase-Interaction"} == {
        "user-to-user": "3137;encoding=hex"
    }


def test_what_the_switch_attaches_is_data_and_what_is_attached_here_is_told_to_the_switch(centre: Centre) -> None:
    interaction, leg = centre.only().interaction, next(iter(centre.switch.legs))
    centre.act(e.SetData(interaction=interaction, data={"name": "Wang", "order": "16"}))
    told = centre.did(AttachData)
    assert [(command.leg, command.data) for command in told] == [(leg, {"name": "Wang", "order": "16"})]
    long: dict[str, str | None] = {"": "no name", "k" * 101: "too long a name", "long": "v" * 5000}
    centre.give(e.DataAttached(leg=leg, data={"order": "17", "name": None, **long}))
    assert centre.only().data == {"order": "17", "long": "v" * 4000}
    changed = centre.facts(DataChanged)[-1]
    assert (changed.data, changed.actor) == ({"order": "17", "name": None, "long": "v" * 4000}, "switch")
    centre.give(e.DataAttached(leg=leg, data={"order": "17", **{f"key {number}": "1" for number in range(200)}}))
    assert len(centre.only().data) == 100
    centre.give(e.DataAttached(leg="gone", data={"order": "18"}))
    assert centre.only().data["order"] == "17"
    assert centre.did(AttachData) == told


def test_data_named_so_leaves_with_a_call_by_a_trunk_and_none_other(centre: Centre) -> None:
    data: dict[str, str | None] = {"x-order": "17", "card": "4111", "x-callbase-answer": "auto"}
    centre.act(e.SetData(interaction=centre.only().interaction, data=data))
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToNumber(number="02155556666")))
    sent = centre.did(Originate)[-1].headers
    assert {name: value for name, value in sent.items() if name != "X-Callbase-Interaction"} == {"x-order": "17"}


def test_what_both_type_at_the_same_time_is_all_there(centre: Centre) -> None:
    """Each sends what it typed itself, so neither takes anything of the other's away."""
    call = centre.only().interaction
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    for key, value in (("name", "Wang"), ("order", "17"), ("name", "Wang Li"), ("answer", "tomorrow")):
        centre.give(e.Request(id=key, tenant="demo", actor="either", action=e.SetData(interaction=call, data={key: value})))
    assert centre.only().data == {"name": "Wang Li", "order": "17", "answer": "tomorrow"}
    centre.answer("1002")
    centre.act(e.SetData(interaction=call, data={"order": None}))
    centre.act(e.TransferCall(agent="1001"))
    centre.act(e.SetData(interaction=call, data={"after": "transfer"}))
    assert centre.only().data == {"name": "Wang Li", "answer": "tomorrow", "after": "transfer"}
