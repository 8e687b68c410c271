"""What one viewer may see of a tenant's state.

Supervisors see all, or the interactions of their unit's people. Agents see every agent's state (but not what others are working
on), the queues they serve, the calls parked in those, and the interactions that are theirs now. Who supervises whom is told to
supervisors only, and to the agent as far as the tenant has it. Programs whose token is limited see the agents and queues it
names, their calls, and nothing else. What leaves their sight is told to them as removed, so a client needs to know nothing of
this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from callbase.apps.organization.access import Access
from callbase.core.facts import AnyFact, SupervisionEnded, SupervisionStarted
from callbase.core.views import AgentView, InteractionView, QueueView, TenantView
from callbase.cti.messages import Change
from callbase.web.gateway.permit import SUPERVISIONS


@dataclass(slots=True)
class Sight:
    """`agent`: the viewer's own; remembers what was shown last."""

    agent: str | None
    all_queues: bool
    """Queues and trunks beyond one's own, and what every agent is working on."""
    reach: frozenset[str] | None
    """The agents whose interactions are seen; None: all interactions."""
    supervises: bool = False
    """Whether it sees which supervisors are at the calls of agents within reach; else those at its own that it is to know of."""
    limit: frozenset[str] | None = None
    """The queues a limited token names: no others, and no agents but those within reach; None: no such limit."""
    _interactions: set[str] = field(default_factory=set)
    _queues: set[str] = field(default_factory=set)
    _serves: frozenset[str] = frozenset()

    @property
    def alone(self) -> str | None:
        """The agent, where the viewer sees its calls and nobody else's, and of the others what agents see."""
        one = self.agent is not None and self.reach == frozenset({self.agent})
        return self.agent if one and not self.supervises and self.limit is None else None

    def snapshot(self, view: TenantView) -> TenantView:
        me = view.agents.get(self.agent or "")
        mine = view.queues if self.all_queues else me.queues if me else ()
        self._queues = {queue for queue in mine if queue in view.queues and self._within_limit(queue)}
        held = self._held(view)
        self._serves = frozenset(me.queues if me else ())
        self._interactions = {one.interaction for one in view.interactions.values() if self._sees(one, held)}
        return msgspec.structs.replace(
            view,
            agents={name: self.shown(one) for name, one in view.agents.items() if self._knows(name)},
            interactions={name: view.interactions[name] for name in sorted(self._interactions)},
            queues={name: view.queues[name] for name in sorted(self._queues)},
            trunks=view.trunks if self._sees_trunks() else {},
            numbers=view.numbers if self._sees_trunks() else (),
        )

    def change(self, change: Change, view: TenantView) -> Change | None:
        """The part of the change to be shown; None for nothing. `view` is the tenant's state after it."""
        interactions, gone_interactions = self._changed_interactions(change, view)
        queues, gone_queues = self._changed_queues(change, view)
        shown = msgspec.structs.replace(
            change,
            agents=tuple(self.shown(one) for one in change.agents if self._knows(one.agent)),
            removed_agents=tuple(name for name in change.removed_agents if self._knows(name)),
            interactions=interactions,
            removed_interactions=gone_interactions,
            queues=queues,
            removed_queues=gone_queues,
            trunks=change.trunks if self._sees_trunks() else (),
            removed_trunks=change.removed_trunks if self._sees_trunks() else (),
        )
        return shown if _says_something(shown) else None

    def fact(self, fact: AnyFact) -> bool:
        """Whether the fact is the viewer's to see."""
        if isinstance(fact, SupervisionStarted | SupervisionEnded) and not self._sees_supervisions_of(fact.agent):
            return False
        if self.reach is None:
            return True
        agent, interaction = getattr(fact, "agent", None), getattr(fact, "interaction", None)
        if self.limit and getattr(fact, "queue", None) in self.limit:
            return True
        return agent in self.reach or (interaction is not None and interaction in self._interactions)

    def _changed_interactions(self, change: Change, view: TenantView) -> tuple[tuple[InteractionView, ...], tuple[str, ...]]:
        changed = {one.interaction for one in change.interactions}
        held = self._held(view)
        me = view.agents.get(self.agent or "")
        self._serves = frozenset(me.queues if me else ())
        touched = changed | set(change.removed_interactions)
        if self.reach is not None:
            touched |= self._interactions | held
        seen = {name for name in touched if name in view.interactions and self._sees(view.interactions[name], held)}
        gone = (touched & self._interactions) - seen
        new = seen - self._interactions
        self._interactions = (self._interactions - gone) | seen
        return tuple(view.interactions[name] for name in sorted(new | (seen & changed))), tuple(sorted(gone))

    def _changed_queues(self, change: Change, view: TenantView) -> tuple[tuple[QueueView, ...], tuple[str, ...]]:
        changed = {one.queue for one in change.queues}
        if self.all_queues:
            self._queues = ({*self._queues, *filter(self._within_limit, changed)}) - set(change.removed_queues)
            return (
                tuple(one for one in change.queues if self._within_limit(one.queue)),
                tuple(filter(self._within_limit, change.removed_queues)),
            )
        me = view.agents.get(self.agent or "")
        mine = {name for name in (me.queues if me else ()) if name in view.queues}
        gone, new = self._queues - mine, mine - self._queues
        self._queues = mine
        return tuple(view.queues[name] for name in sorted(new | (mine & changed))), tuple(sorted(gone))

    def _held(self, view: TenantView) -> set[str]:
        """What the agents within reach are at."""
        agents = (view.agents[agent] for agent in self.reach or () if agent in view.agents)
        return {one.interaction for one in agents if one.interaction is not None}

    def _sees(self, one: InteractionView, held: set[str]) -> bool:
        if one.phase == "parked" and one.queue in self._serves and self._within_limit(one.queue):
            return True  # whoever serves the queue may fetch it
        if self.reach is None or one.agent in self.reach or one.interaction in held:
            return True
        return self.limit is not None and (one.queue in self.limit or not self.limit.isdisjoint(one.also_in))

    def _within_limit(self, queue: str) -> bool:
        return self.limit is None or queue in self.limit

    def _knows(self, agent: str) -> bool:
        return self.limit is None or (self.reach is not None and agent in self.reach)

    def _sees_trunks(self) -> bool:
        return self.all_queues and self.limit is None

    def shown(self, one: AgentView) -> AgentView:
        """As the viewer sees it."""
        own = one.agent == self.agent
        if not own and not self.all_queues:
            one = _without_work(one)
        elif not own and self.reach is not None and one.agent not in self.reach:
            one = _out_of_reach(one)
        by, at = one.supervised_by, one.supervises
        if by and not self._sees_supervisions_of(one.agent):
            one = msgspec.structs.replace(one, supervised_by=tuple(each for each in by if own and each.shown))
        if at is not None and not own and not self._sees_supervisions_of(at.agent):
            one = msgspec.structs.replace(one, supervises=None)
        return one

    def _sees_supervisions_of(self, agent: str) -> bool:
        return self.supervises and (self.reach is None or agent in self.reach)


def _without_work(one: AgentView) -> AgentView:
    return msgspec.structs.replace(one, **_WORK)


def _out_of_reach(one: AgentView) -> AgentView:
    private = one.device_number or one.digits_sent is not None
    return msgspec.structs.replace(one, **_PRIVATE) if private else one


_PRIVATE: dict[str, Any] = {"device_number": "", "digits_sent": None}
_WORK: dict[str, Any] = {
    **_PRIVATE,
    "interaction": None,
    "device": None,
    "devices_online": (),
    "unreached": None,
    "intervention": None,
}
_SUPERVISION = ("supervises", "supervised_by")


def seen_of_others(*, all_queues: bool) -> frozenset[str]:
    """The fields of an agent that other agents see; the rest is theirs to see of themselves only."""
    hidden = {*(_PRIVATE if all_queues else _WORK), *_SUPERVISION}
    return frozenset(AgentView.__struct_fields__) - hidden


def sight_of(access: Access) -> Sight:
    own = frozenset({access.agent} if access.agent else ())
    supervises = any(access.may(right) for right in ("agents.supervise", *SUPERVISIONS.values()))
    return Sight(
        agent=access.agent,
        all_queues=access.may("board.view"),
        reach=access.reach if access.may("interactions.view_all") or supervises else own,
        supervises=supervises,
        limit=access.queues,
    )


def _says_something(change: Change) -> bool:
    return any(
        (
            change.agents,
            change.interactions,
            change.queues,
            change.trunks,
            change.removed_agents,
            change.removed_interactions,
            change.removed_queues,
            change.removed_trunks,
            change.config_version is not None,
            change.switch_online is not None,
        )
    )
