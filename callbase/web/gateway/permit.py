"""What a person or a program may ask of the engine."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.apps.organization.access import Access
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.events import (
    AnyAction,
    ClearCall,
    ClearConnection,
    ClearData,
    ConferenceCall,
    ConsoleBack,
    ConsoleLost,
    DeflectCall,
    ExplainAgent,
    GetData,
    MakeCall,
    MakePredictiveCall,
    MoveAgent,
    ParkCall,
    Party,
    ReconnectCall,
    ReleaseInteraction,
    Reprioritize,
    Reroute,
    SelectRoute,
    SetData,
    SignOut,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    StopSupervising,
    Supervise,
    SupervisionMode,
    TransferCall,
)
from callbase.core.views import TenantView

SUPERVISORS = (
    MakePredictiveCall | ReleaseInteraction | Supervise | StopSupervising | MoveAgent | Reprioritize | Reroute | SelectRoute
)
"""Asked by who supervises only."""


AttachedDataActions = SetData | GetData | ClearData
SUPERVISIONS: Mapping[SupervisionMode, str] = {
    "listen": "calls.listen",
    "whisper": "calls.whisper",
    "barge": "calls.barge",
    "take_over": "calls.take_over",
}
"""What each needs."""
AT_ANOTHERS_CALL: Mapping[type[AnyAction], str] = {
    ClearCall: "calls.release",
    ClearConnection: "calls.release",
    ReconnectCall: "calls.release",
    TransferCall: "calls.take_over",
    SingleStepTransferCall: "calls.take_over",
    DeflectCall: "calls.take_over",
    ParkCall: "calls.take_over",
    ConferenceCall: "calls.barge",
    SingleStepConferenceCall: "calls.barge",
}
"""What acting for another agent needs besides `agents.supervise`, where it ends that one's talk, takes the other party, or who
rings, away from it, or brings somebody into it: the rights by which one could do the same by oneself."""


def permitted(access: Access, action: AnyAction, view: TenantView | None) -> bool:
    """Agents act for themselves, and on the interaction that is theirs now; who supervises, for every agent within reach and on
    what those are at; being at an agent's call, in whichever way, and ending one each need a right of their own, also where it is
    done in the agent's name. That a console came or went is the platform's own to say."""
    if isinstance(action, ConsoleLost | ConsoleBack):
        return False
    if isinstance(action, Supervise | StopSupervising):
        return _at_a_call(access, action)
    if not _may_call(access, getattr(action, "to", None)):
        return False
    if isinstance(action, ReleaseInteraction):
        return access.may("calls.release") and _within_reach(access, action, view)
    return _by_oneself(access, action, view) or (
        access.may("agents.supervise") and _within_reach(access, action, view) and _may_at_anothers_call(access, action, view)
    )


def _by_oneself(access: Access, action: AnyAction, view: TenantView | None) -> bool:
    if access.agent is None or not access.may("agent.work") or isinstance(action, SUPERVISORS):
        return False
    if isinstance(action, AttachedDataActions):
        return view is not None and _is_theirs(view, access.agent, action.interaction)
    return action.agent == access.agent and not (isinstance(action, SignOut) and action.now)


def _may_at_anothers_call(access: Access, action: AnyAction, view: TenantView | None) -> bool:
    needed = AT_ANOTHERS_CALL.get(type(action))
    if isinstance(action, SignOut) and action.now and _ends_its_call(action.agent, view):
        needed = "calls.release"
    return needed is None or access.may(needed)


def _ends_its_call(agent: str, view: TenantView | None) -> bool:
    """Whether nobody else would be served by a queue what the agent is taken out of."""
    me = view.agents.get(agent) if view is not None else None
    one = view.interactions.get(me.interaction or "") if view is not None and me is not None else None
    return one is not None and one.queue is None


def concerns_somebody_else(access: Access, action: AnyAction, view: TenantView | None) -> bool:
    """Whether it changes what is another's. Agents' own everyday work does not; nor does a question."""
    if isinstance(action, ExplainAgent | GetData):
        return False
    if isinstance(action, SUPERVISORS) or access.agent is None:
        return True
    if isinstance(action, AttachedDataActions):
        return view is None or not _is_theirs(view, access.agent, action.interaction)
    return action.agent != access.agent


def _at_a_call(access: Access, action: Supervise | StopSupervising) -> bool:
    """With one's own telephone only. Leaving needs no right: it may have been withdrawn meanwhile."""
    if access.agent is None or action.supervisor != access.agent:
        return False
    if isinstance(action, StopSupervising):
        return True
    return access.may(SUPERVISIONS[action.mode]) and (access.reach is None or action.agent in access.reach)


def _within_reach(access: Access, action: AnyAction, view: TenantView | None) -> bool:
    if access.reach is None:
        return True
    agents, interaction = {getattr(action, "agent", None), getattr(action, "of", None)}, getattr(action, "interaction", None)
    if not access.reach.issuperset(agents - {None}):
        return False
    if access.queues is not None and not access.queues.issuperset(_queues_named(action)):
        return False
    if isinstance(action, MakePredictiveCall):
        return access.queues is not None  # a queue is nobody's people
    if interaction is None:
        return True
    if view is None:
        return False
    return any(_is_theirs(view, one, interaction) for one in access.reach) or _is_in(view, access.queues, interaction)


def _may_call(access: Access, to: Party | None) -> bool:
    """Whether it may have that party called, or send a call there."""
    if to is None or access.calls == "anywhere":
        return True
    if isinstance(to, ToNumber):
        return False
    if access.calls == "inside":
        return True
    if isinstance(to, ToAgent):
        return access.reach is None or to.agent in access.reach
    return isinstance(to, ToQueues) and (access.queues is None or access.queues.issuperset(to.queues))


def _queues_named(action: AnyAction) -> tuple[str, ...]:
    if isinstance(action, MoveAgent):
        return action.queues or ()
    if isinstance(action, Reroute | SelectRoute) and isinstance(action.to, ToQueues):
        return action.to.queues
    return (action.queue,) if isinstance(action, Reroute | MakeCall | MakePredictiveCall) and action.queue is not None else ()


def _is_in(view: TenantView, queues: frozenset[str] | None, interaction: str) -> bool:
    """Whether it is a call of these queues."""
    one = view.interactions.get(interaction)
    return queues is not None and one is not None and (one.queue in queues or not queues.isdisjoint(one.also_in))


def _is_theirs(view: TenantView, agent: str, interaction: str) -> bool:
    me, one = view.agents.get(agent), view.interactions.get(interaction)
    return (me is not None and me.interaction == interaction) or (one is not None and one.agent == agent)
