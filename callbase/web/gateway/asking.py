"""What a person or a program asks of the engine, by whichever door: whether it may, the engine's reply, and the audit trail."""

from __future__ import annotations

from callbase.apps.organization.access import Access
from callbase.core import limits
from callbase.core.errors import CoreError, RequestRefused
from callbase.core.events import AnyAction
from callbase.cti.messages import ReplyMessage
from callbase.web.gateway.hub import EngineAway, Hub
from callbase.web.gateway.permit import concerns_somebody_else, permitted
from callbase.web.gateway.trail import deed_of


async def asked(hub: Hub, access: Access, action: AnyAction) -> ReplyMessage:
    """Without an id and a message; refused with `forbidden` or `engine_unavailable` where it did not get to the engine, and where
    it has a number that is out of all bounds, which the link may not be able to carry."""
    tenant = access.tenant.id
    view = hub.views.get(tenant)
    if not permitted(access, action, view):
        return ReplyMessage(id="", error=CoreError(code="forbidden"))
    try:
        limits.check(action)
        reply = await hub.ask(tenant, access.actor, action)
    except RequestRefused as refused:
        return ReplyMessage(id="", error=refused.error)
    except EngineAway:
        return ReplyMessage(id="", error=CoreError(code="engine_unavailable"))
    if reply.error is None and concerns_somebody_else(access, action, view):
        hub.trail.put(deed_of(access, action, view))
    return reply
