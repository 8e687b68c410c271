"""What an agent may ask in every state it can be in: that table is here once more, written by hand. All else is refused, and
refusing changes nothing: no state, no command, no fact."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callbase.core import events as e
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.engine import Engine
from tests.core.centre import AGENTS, SUPPORT, Centre

TO_1002, TO_1003, TO_SUPPORT = ToAgent(agent="1002"), ToAgent(agent="1003"), ToQueues(queues=("support",))

ACTIONS: dict[str, Callable[[str], e.AnyAction]] = {
    "answer": lambda agent: e.AnswerCall(agent=agent),
    "reject": lambda agent: e.RejectCall(agent=agent),
    "clear": lambda agent: e.ClearCall(agent=agent),
    "hold": lambda agent: e.HoldCall(agent=agent),
    "retrieve": lambda agent: e.RetrieveCall(agent=agent),
    "make": lambda agent: e.MakeCall(agent=agent, to=ToNumber(number="02155556666")),
    "digits": lambda agent: e.GenerateDigits(agent=agent, digits="1"),
    "deflect": lambda agent: e.DeflectCall(agent=agent, to=TO_SUPPORT),
    "park": lambda agent: e.ParkCall(agent=agent),
    "consult": lambda agent: e.ConsultationCall(agent=agent, to=ToNumber(number="02155556667")),
    "reconnect": lambda agent: e.ReconnectCall(agent=agent),
    "alternate": lambda agent: e.AlternateCall(agent=agent),
    "transfer": lambda agent: e.TransferCall(agent=agent),
    "confer": lambda agent: e.ConferenceCall(agent=agent),
    "send": lambda agent: e.SingleStepTransferCall(agent=agent, to=TO_SUPPORT),
    "add": lambda agent: e.SingleStepConferenceCall(agent=agent, to=ToNumber(number="02155556668")),
    "leave": lambda agent: e.ClearConnection(agent=agent),
    "finish": lambda agent: e.FinishWrapUp(agent=agent),
    "stop": lambda agent: e.StopSupervising(agent="1002", supervisor=agent),
}


def nothing(centre: Centre) -> None:
    pass


def rings(centre: Centre) -> None:
    centre.act(e.SetReady(agent="1001"))
    centre.call()


def talks(centre: Centre) -> None:
    rings(centre)
    centre.answer("1001")


def holds(centre: Centre) -> None:
    talks(centre)
    centre.act(e.HoldCall(agent="1001"))


def waits_to_consult(centre: Centre) -> None:
    talks(centre)
    centre.act(e.ConsultationCall(agent="1001", to=TO_SUPPORT))


def calls_to_consult(centre: Centre) -> None:
    talks(centre)
    centre.act(e.ConsultationCall(agent="1001", to=TO_1002))


def consults(centre: Centre) -> None:
    calls_to_consult(centre)
    centre.answer("1002")


def has_consulted_on_hold(centre: Centre) -> None:
    consults(centre)
    centre.act(e.AlternateCall(agent="1001"))


def asks_to_join(centre: Centre) -> None:
    talks(centre)
    centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_1002))


def confers(centre: Centre) -> None:
    asks_to_join(centre)
    centre.answer("1002")


def steps_aside(centre: Centre) -> None:
    confers(centre)
    centre.act(e.HoldCall(agent="1001"))


def consults_beside_a_conference(centre: Centre) -> None:
    confers(centre)
    centre.act(e.ConsultationCall(agent="1001", to=TO_1003))
    centre.answer("1003")


def called_by_1002(centre: Centre) -> None:
    centre.act(e.MakeCall(agent="1002", to=ToAgent(agent="1001")))
    centre.answer("1002")


def in_the_house(centre: Centre) -> None:
    called_by_1002(centre)
    centre.answer("1001")


def calls_out(centre: Centre) -> None:
    centre.act(e.MakeCall(agent="1001", to=ToNumber(number="02155556666")))
    centre.answer("1001")


def works_after(centre: Centre) -> None:
    talks(centre)
    centre.hang_up(centre.engine._core.state.interactions[centre.only().interaction].leg)


def has_parked(centre: Centre) -> None:
    talks(centre)
    centre.act(e.ParkCall(agent="1001"))


def is_lost(centre: Centre) -> None:
    talks(centre)
    centre.switch.unregister("1001", centre.now_ms)
    centre.hang_up(centre.agent_leg("1001"), "media_lost")


def is_signed_out(centre: Centre) -> None:
    centre.act(e.SignOut(agent="1001"))


def supervises(centre: Centre) -> None:
    centre.act(e.SetReady(agent="1002"))
    centre.call()
    centre.answer("1002")
    centre.act(e.Supervise(agent="1002", supervisor="1001"))
    centre.answer("1001")


STATES: list[tuple[Callable[[Centre], None], str, str]] = [
    (nothing, "1001", "make"),
    (rings, "1001", "answer reject deflect"),
    (talks, "1001", "clear hold digits park consult send add"),
    (holds, "1001", "clear retrieve park consult send"),
    (waits_to_consult, "1001", "clear reconnect transfer"),
    (calls_to_consult, "1001", "clear reconnect transfer"),
    (calls_to_consult, "1002", "answer reject clear"),
    (consults, "1001", "clear digits reconnect transfer alternate confer"),
    (consults, "1002", "clear"),
    (has_consulted_on_hold, "1001", "clear hold digits reconnect transfer alternate confer"),
    (has_consulted_on_hold, "1002", "clear"),
    (asks_to_join, "1001", "clear hold digits reconnect"),
    (asks_to_join, "1002", "answer reject clear"),
    (confers, "1001", "clear hold digits consult add leave"),
    (confers, "1002", "clear hold digits leave"),
    (steps_aside, "1001", "clear retrieve consult add leave"),
    (consults_beside_a_conference, "1001", "clear digits reconnect transfer alternate confer leave"),
    (consults_beside_a_conference, "1002", "clear hold digits leave"),
    (consults_beside_a_conference, "1003", "clear"),
    (called_by_1002, "1001", "answer reject clear deflect"),
    (called_by_1002, "1002", "clear"),
    (in_the_house, "1001", "clear hold digits park consult send add"),
    (in_the_house, "1002", "clear hold digits park consult send add"),
    (calls_out, "1001", "clear"),
    (works_after, "1001", "finish"),
    (has_parked, "1001", "make"),
    (is_lost, "1001", "clear"),
    (is_signed_out, "1001", ""),
    (supervises, "1001", "clear stop"),
    (supervises, "1002", "clear hold digits park consult send add"),
]


@pytest.fixture
def centre() -> Centre:
    """All are signed in and none takes calls."""
    centre = Centre()
    centre.staff(*AGENTS, SUPPORT)
    all_not_ready(centre)
    return centre


def all_not_ready(centre: Centre) -> None:
    for agent in (*AGENTS, SUPPORT):
        centre.act(e.SetNotReady(agent=agent))


@pytest.mark.parametrize(("state", "agent", "may"), STATES, ids=lambda one: getattr(one, "__name__", None))
def test_only_what_the_table_has_is_done(centre: Centre, state: Callable[[Centre], None], agent: str, may: str) -> None:
    state(centre)
    before = centre.engine.snapshot()
    done = set()
    for name, action in ACTIONS.items():
        engine = Engine.restore(before)
        output = engine.receive(e.Request(id="r", tenant="demo", actor="test", action=action(agent)), centre.now_ms)
        (reply,) = output.replies
        if reply.error is None:
            done.add(name)
            continue
        assert reply.error.code in ("wrong_state", "agent_busy", "agent_signed_out", "device_offline"), (name, reply.error)
        assert engine.snapshot() == before, name
        assert (output.commands, output.facts, output.changed) == ([], [], {}), name
    assert done == set(may.split()), state.__name__
