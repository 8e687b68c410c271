"""Which telephones come and go, as the manager interface tells it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from urllib.parse import quote

from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.messages import Contact, ContactStatusChange, Endpoint

GONE = frozenset({"Removed", "Unreachable"})
"""What is said of a contact that cannot be called any more; there may be another."""


class Telephones:
    """Makes its events the message ARI has for them, with the endpoint's state where that matters: where a contact went."""

    def __init__(self, client: AriClient, take: Callable[[ContactStatusChange], None]) -> None:
        self._client = client
        self._take = take
        self._told: Counter[str] = Counter()
        """How often each telephone was spoken of."""
        self._asking: set[asyncio.Task[None]] = set()

    def heard(self, event: dict[str, str]) -> None:
        """Any event of the manager interface."""
        if event.get("Event") != "ContactStatus":
            return
        device, contact = event["EndpointName"], Contact(event["URI"], event["ContactStatus"], event["AOR"])
        self._told[device] += 1
        if contact.contact_status not in GONE:
            self._take(ContactStatusChange(Endpoint("PJSIP", device), contact))
            return
        task = asyncio.create_task(self._ask(device, contact))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _ask(self, device: str, contact: Contact) -> None:
        told = self._told[device]
        try:
            state = (await self._client.request("GET", f"/endpoints/PJSIP/{quote(device, safe='')}"))["state"]
        except AriError as problem:
            if not problem.status:
                return  # all is asked again when the switch is back
            state = ""
        if told == self._told[device]:  # otherwise the answer may be older than what was said since
            self._take(ContactStatusChange(Endpoint("PJSIP", device, state), contact))
