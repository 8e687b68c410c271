"""The link for Python programs: follow a contact centre live, and act in it.

    from callbase.core.events import SetReady
    from callbase.cti import LinkClient

    async with LinkClient("ws://localhost:8080/link", token) as link:
        await link.request(SetReady(agent="1001"))
        async for message in link.events():
            ...

`LinkClient` connects again by itself and keeps `link.view` right; messages and facts are typed. What else a program needs: the
actions to ask for are those of `callbase.core.events.AnyAction`, the facts those of `callbase.core.facts`.
"""

from callbase.cti.client import LinkClient, LinkDown, LinkLost, LinkRefused
from callbase.cti.messages import Change, EngineStatus, FactMessage, ReplyMessage, Snapshot

__all__ = [
    "Change",
    "EngineStatus",
    "FactMessage",
    "LinkClient",
    "LinkDown",
    "LinkLost",
    "LinkRefused",
    "ReplyMessage",
    "Snapshot",
]
