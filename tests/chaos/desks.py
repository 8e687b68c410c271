"""What agents do with their callers besides talking: hold, consult, transfer, confer, park. Drawn by the seed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field

from callbase.core.config import ToAgent, ToQueues
from callbase.core.events import (
    AlternateCall,
    AnyAction,
    ConferenceCall,
    ConsultationCall,
    DirectedPickupCall,
    HoldCall,
    ParkCall,
    ReconnectCall,
    RetrieveCall,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    TransferCall,
)
from callbase.core.views import InteractionView
from callbase.cti.client import LinkClient, LinkLost

_LOOK_EVERY_S = 0.1
_SHARE = 0.6
"""Of the calls, so many are worked on."""
_PAUSE_S = (0.3, 1.2)
_REPLY_WITHIN_S = 5.0


@dataclass(slots=True)
class Desks:
    """`agents` do it, with `experts` they consult or send callers to, or by sending them to the queue `team`."""

    link: Callable[[], LinkClient]
    agents: Sequence[str]
    experts: Sequence[str]
    team: str
    chance: random.Random
    working: bool = True
    worked_on: set[str] = field(default_factory=set)
    """Callers."""
    done: Counter[str] = field(default_factory=Counter)
    """What was asked and carried out, by the request."""
    refused: Counter[str] = field(default_factory=Counter)
    """As when the other party has hung up meanwhile."""
    transfers: dict[str, str] = field(default_factory=dict)
    """Caller → the expert it was given to."""
    _seen: set[str] = field(default_factory=set)
    """Interactions."""

    async def run(self) -> None:
        async with asyncio.TaskGroup() as at_work:
            while True:
                await asyncio.sleep(_LOOK_EVERY_S)
                for agent, call in self._new_talks():
                    self._seen.add(call.interaction)
                    if self.chance.random() < _SHARE:
                        self.worked_on.add(call.caller_number)
                        step = self.chance.choice(_STEPS)
                        at_work.create_task(step(self, agent, self.chance.choice(self.experts), call))

    def _new_talks(self) -> list[tuple[str, InteractionView]]:
        """Each call once, when its first agent talks."""
        link = self.link()
        if not self.working or not link.connected:
            return []
        found = [(one.agent, one) for one in link.view.interactions.values() if one.phase == "talk" and one.agent is not None]
        return [(agent, one) for agent, one in found if agent in self.agents and one.interaction not in self._seen]

    async def ask(self, action: AnyAction) -> bool:
        """Whether it is known to be carried out."""
        self._works_on_what_it_has(action.agent)
        try:
            reply = await self.link().request(action, timeout_s=_REPLY_WITHIN_S)
        except (LinkLost, TimeoutError):
            return False
        finally:
            self._works_on_what_it_has(action.agent)
        name = type(action).__name__
        if reply.error is not None:
            self.refused[f"{name}: {reply.error.code}"] += 1
            return False
        self.done[name] += 1
        return True

    def _works_on_what_it_has(self, agent: str) -> None:
        """The caller it talked with may have hung up meanwhile; what is asked is done with the next one then."""
        view = self.link().view
        if call := view.interactions.get(view.agents[agent].interaction or ""):
            self.worked_on.add(call.caller_number)

    async def pause(self) -> None:
        await asyncio.sleep(self.chance.uniform(*_PAUSE_S))


Step = Callable[[Desks, str, str, InteractionView], Coroutine[None, None, None]]


async def _hold(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await desks.pause()
    await desks.ask(HoldCall(agent=agent))
    await desks.pause()
    await desks.ask(RetrieveCall(agent=agent))


async def _consult(desks: Desks, agent: str, expert: str) -> None:
    await desks.ask(ConsultationCall(agent=agent, to=ToAgent(agent=expert)))
    await desks.pause()


async def _take_back(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await _consult(desks, agent, expert)
    await desks.ask(AlternateCall(agent=agent))
    await desks.pause()
    await desks.ask(ReconnectCall(agent=agent))


async def _transfer(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await _consult(desks, agent, expert)
    if await desks.ask(TransferCall(agent=agent)):
        desks.transfers[call.caller_number] = expert


async def _confer(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await _consult(desks, agent, expert)
    await desks.ask(ConferenceCall(agent=agent))


async def _invite(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await desks.ask(SingleStepConferenceCall(agent=agent, to=ToAgent(agent=expert)))


async def _send(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await desks.pause()
    if await desks.ask(SingleStepTransferCall(agent=agent, to=ToAgent(agent=expert))):
        desks.transfers[call.caller_number] = expert


async def _send_to_team(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await desks.pause()
    await desks.ask(SingleStepTransferCall(agent=agent, to=ToQueues(queues=(desks.team,))))


async def _park(desks: Desks, agent: str, expert: str, call: InteractionView) -> None:
    await desks.pause()
    if await desks.ask(ParkCall(agent=agent)):
        await desks.pause()
        await desks.ask(DirectedPickupCall(agent=expert, interaction=call.interaction))


_STEPS: tuple[Step, ...] = (_hold, _take_back, _transfer, _confer, _invite, _send, _send_to_team, _park)
