"""A client's copy of the engine's state, kept by pure functions: an old view and a message give the new view.

What comes out after any number of changes equals a fresh snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from callbase.core.views import AgentView, TenantView
from callbase.cti.messages import Change, Snapshot, TenantRemoved, ToClient

T = TypeVar("T")


def apply(view: TenantView | None, message: Snapshot | Change) -> TenantView:
    """The view after the message. A Change needs the Snapshot before it: raises ValueError without one, or for another tenant."""
    if isinstance(message, Snapshot):
        return message.state
    if view is None or view.tenant != message.tenant:
        raise ValueError(f"a change of tenant {message.tenant!r} needs a snapshot of it first")
    return msgspec.structs.replace(
        view,
        config_version=view.config_version if message.config_version is None else message.config_version,
        switch_online=view.switch_online if message.switch_online is None else message.switch_online,
        agents=_replaced(view.agents, _agents(view, message), message.removed_agents),
        interactions=_replaced(
            view.interactions, {one.interaction: one for one in message.interactions}, message.removed_interactions
        ),
        queues=_replaced(view.queues, {queue.queue: queue for queue in message.queues}, message.removed_queues),
        trunks=_replaced(view.trunks, {trunk.trunk: trunk for trunk in message.trunks}, message.removed_trunks),
    )


def apply_all(views: Mapping[str, TenantView], message: ToClient) -> Mapping[str, TenantView]:
    """The same for a client of all tenants. Messages that change no view leave all as it is."""
    if isinstance(message, Snapshot):
        return {**views, message.state.tenant: message.state}
    if isinstance(message, Change):
        return {**views, message.tenant: apply(views.get(message.tenant), message)}
    if isinstance(message, TenantRemoved):
        return {tenant: view for tenant, view in views.items() if tenant != message.tenant}
    return views


def _agents(view: TenantView, message: Change) -> dict[str, AgentView]:
    """Raises ValueError for a field's value of another type. A field that is not known here is of a newer server."""
    changed = {
        name: msgspec.structs.replace(
            view.agents[name],
            **{field: msgspec.convert(value, _AGENT_FIELDS[field]) for field, value in fields.items() if field in _AGENT_FIELDS},
        )
        for name, fields in message.changed_agents.items()
        if name in view.agents
    }
    return changed | {agent.agent: agent for agent in message.agents}


_AGENT_FIELDS = {field.name: field.type for field in msgspec.structs.fields(AgentView)}


def _replaced(old: dict[str, T], new: dict[str, T], removed: tuple[str, ...]) -> dict[str, T]:
    if not new and not removed:
        return old
    kept = {**old, **new}
    for name in removed:
        kept.pop(name, None)
    return kept
