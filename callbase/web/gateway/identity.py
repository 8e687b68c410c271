"""Who speaks on a connection: by its Hello's token, else by the session its handshake came with.

It is asked again every half a minute for each page, so a session's rows are read anew only where a mark of them is another, and
the marks of all pages that ask within a second are one query: with a thousand pages, each asking for itself, a thread would be at
it for good, and take turns with the loop that sends what happens.
"""

from __future__ import annotations

import asyncio

from channels.db import database_sync_to_async
from django.conf import settings

from callbase.apps.organization.access import Access, access_of_session, access_of_token, marks_of_sessions
from callbase.apps.organization.models import Person
from callbase.cti.messages import Hello
from callbase.web.socket import Socket

GATHERED_S = 1.0
"""So long those who ask for a mark wait for others who do."""


class Marks:
    """Of sessions, for whoever asks, in one query for all who ask at about the same time."""

    def __init__(self) -> None:
        self._asked: dict[str, Person] = {}
        self._answer: asyncio.Task[dict[str, str]] | None = None

    async def of(self, session_key: str, person: Person) -> str | None:
        """None where it is no session of that person's. Raises what the database does."""
        self._asked[session_key] = person
        if self._answer is None:
            self._answer = asyncio.create_task(self._read())
        return (await asyncio.shield(self._answer)).get(session_key)

    async def _read(self) -> dict[str, str]:
        await asyncio.sleep(GATHERED_S)
        asked, self._asked, self._answer = self._asked, {}, None
        return await database_sync_to_async(marks_of_sessions)(asked)


class Identity:
    def __init__(self, socket: Socket, marks: Marks) -> None:
        self._session_key = socket.cookie(settings.SESSION_COOKIE_NAME)
        self._address = socket.address
        self._marks = marks
        self._access: Access | None = None
        self._mark: str | None = None

    async def __call__(self, hello: Hello) -> Access | None:
        if hello.token:
            return await database_sync_to_async(access_of_token)(hello.token, self._address)
        if self._session_key is None:
            return None
        before = self._access
        person = before.person if before is not None and before.scope != "unit" else None
        mark = await self._marks.of(self._session_key, person) if person is not None else None
        if mark is None or mark != self._mark:
            self._access, self._mark = await database_sync_to_async(access_of_session)(self._session_key, self._address), mark
        return self._access
