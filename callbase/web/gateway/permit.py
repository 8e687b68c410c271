"""What a person or a program may ask of the engine."""

from __future__ import annotations

from callbase.apps.organization.access import Access
from callbase.core.events import (
    AnyAction,
    ConsoleBack,
    ConsoleLost,
    MoveAgent,
    ReleaseInteraction,
    Reprioritize,
    Reroute,
    SetData,
)
from callbase.core.views import TenantView

SUPERVISORS = ReleaseInteraction | MoveAgent | Reprioritize | Reroute
"""Asked by who supervises only."""


def permitted(access: Access, action: AnyAction, view: TenantView | None) -> bool:
    """Agents act for themselves, and on the interaction that is theirs now; who supervises, for everybody of the tenant. That a
    console came or went is the platform's own to say."""
    if isinstance(action, ConsoleLost | ConsoleBack):
        return False
    if access.may("agents.supervise"):
        return True
    if access.agent is None or not access.may("agent.work") or isinstance(action, SUPERVISORS):
        return False
    if isinstance(action, SetData):
        return view is not None and _is_theirs(view, access.agent, action.interaction)
    return action.agent == access.agent


def _is_theirs(view: TenantView, agent: str, interaction: str) -> bool:
    me, one = view.agents.get(agent), view.interactions.get(interaction)
    return (me is not None and me.interaction == interaction) or (one is not None and one.agent == agent)
