"""A flow attaches data to the call: on the card before anybody's telephone rings, and asked for by what comes after."""

from __future__ import annotations

from callbase.core.commands import Originate
from callbase.core.config import (
    Case,
    Comparison,
    Decide,
    Enqueue,
    FieldNow,
    Flow,
    HangUp,
    Menu,
    Say,
    SetData,
    ToNumber,
)
from callbase.core.engine import Engine
from callbase.core.events import SingleStepTransferCall
from callbase.core.facts import DataChanged, FlowStep
from callbase.core.output import Output
from tests.core.centre import STRAIGHT, Centre
from tests.core.invariants import Mirror

ASKED = Menu(say=Say(prompt="menu"), choices={"1": "notes", "2": "notes"}, keep_as="choice", attempts=2, otherwise="notes")
NOTES = SetData(
    data={
        "reason": "renewal",
        "line": FieldNow(field="called_number"),
        "caller": FieldNow(field="caller_number"),
        "urgency": FieldNow(field="priority"),
        "company": FieldNow(field="customer.company"),
        "picked": FieldNow(field="data.choice"),
        "x-order": FieldNow(field="data.order"),
    },
    next="sales",
)


def with_flow(**nodes: object) -> Centre:
    whole = {"ask": ASKED, "notes": NOTES, "sales": Enqueue(queue="sales")} | nodes
    return Centre(flows={"straight": Flow(id="straight", version=1, start="ask", nodes=whole)})  # type: ignore[arg-type]


def chosen(centre: Centre, key: str = "2", **how: object) -> str:
    leg = centre.call(**how)  # type: ignore[arg-type]
    centre.run_for(1_000)
    centre.press(leg, key)
    return leg


def test_the_card_has_it_before_the_telephone_rings() -> None:
    seen: list[dict[str, str]] = []
    centre = with_flow()
    mirror = Mirror()

    def look(output: Output) -> None:
        mirror.take(centre.engine, output)
        if any(isinstance(command, Originate) for command in output.commands):
            seen.append(centre.only().data)

    centre.staff("1001")
    centre._watch = look
    chosen(centre)
    assert seen == [
        {
            "choice": "2",
            "reason": "renewal",
            "line": STRAIGHT,
            "caller": "13900139000",
            "urgency": "0",
            "company": "",
            "picked": "2",
            "x-order": "",
        }
    ]


def test_it_is_told_and_in_the_story_as_any_data() -> None:
    centre = with_flow()
    chosen(centre)
    told = centre.facts(DataChanged)
    assert [(fact.actor, sorted(fact.data)) for fact in told] == [("flow", ["choice"]), ("flow", sorted(NOTES.data))]
    assert [fact.node_type for fact in centre.facts(FlowStep)] == ["menu", "menu", "set_data", "queue"]
    kept = Engine.restore(centre.engine.snapshot()).view("demo")
    assert kept is not None
    assert next(iter(kept.interactions.values())).data["reason"] == "renewal"


def test_a_wrong_key_and_a_silence_are_no_choice() -> None:
    centre = with_flow()
    chosen(centre, "9")
    centre.run_for(30_000)
    assert "choice" not in centre.only().data
    assert centre.only().data["picked"] == ""


def test_what_was_there_stays_but_for_the_same_key_and_goes_on_by_a_trunk() -> None:
    centre = with_flow(notes=SetData(data={"x-order": "18"}, next="sales"))
    centre.staff("1001")
    chosen(centre, headers={"X-Order": "17", "X-More": "y"})
    centre.answer("1001")
    assert centre.only().data == {"x-order": "18", "x-more": "y", "choice": "2"}
    centre.act(SingleStepTransferCall(agent="1001", to=ToNumber(number="02155556666")))
    left_with = centre.did(Originate)[-1].headers
    assert (left_with["x-order"], left_with["x-more"], "choice" in left_with) == ("18", "y", False)


def test_a_decision_goes_by_it() -> None:
    by_data = Decide(cases=(Case(when=Comparison(field="data.choice", operator="eq", value="1"), next="sales"),), otherwise="bye")
    centre = with_flow(notes=SetData(data={"a": "b"}, next="which"), which=by_data, bye=HangUp())
    chosen(centre, "1")
    assert centre.only().queue == "sales"
    chosen(centre, "2", caller="13900139001")
    assert [one.caller_number for one in centre.view.interactions.values()] == ["13900139000"]


def test_what_there_is_no_room_for_is_left_out_and_the_call_goes_on() -> None:
    headers = {f"X-K{number}": "v" for number in range(99)}
    centre = with_flow(notes=SetData(data={"a": "1", "x-k0": "new", "b": "2"}, next="sales"))
    chosen(centre, headers=headers)
    data = centre.only().data
    assert len(data) == 100
    assert (data["choice"], data["x-k0"], "a" in data, "b" in data) == ("2", "new", False, False)
    assert centre.only().queue == "sales"


def test_a_field_of_what_is_no_more_says_nothing() -> None:
    centre = with_flow(notes=SetData(data={"was": FieldNow(field="calendar.gone")}, next="sales"))
    chosen(centre)
    assert centre.only().data["was"] == ""
