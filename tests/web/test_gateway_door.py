"""The web process's WebSockets with real sessions and tokens, through the ASGI application as it is served."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import msgspec
import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from callbase.apps.organization.access import Access, access_of_session, marks_of_sessions
from callbase.apps.organization.models import Agent, Person, Role, Tenant, Unit
from callbase.core.events import SetOutcome
from callbase.cti.client import LinkClient
from callbase.cti.messages import Hello, Refused, Snapshot, ToClient
from callbase.web.gateway import door
from callbase.web.gateway import identity as identities
from callbase.web.gateway.door import Gateway
from callbase.web.gateway.hub import Hub
from callbase.web.gateway.identity import Identity, Marks
from callbase.web.sip_proxy import application as sip_proxy
from callbase.web.socket import Socket
from tests.web.asgi_server import eventually, served
from tests.web.centre import Call, Centre, body
from tests.web.fake_engine import FakeEngine, agent, fake_engine, interaction
from tests.web.test_interactions import BEGUN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def centre() -> Centre:
    return Centre("acme")


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    async with fake_engine() as engine:
        yield engine


@pytest.fixture
async def gateway(engine: FakeEngine) -> AsyncIterator[str]:
    gateway = Gateway()
    gateway.hub = Hub(LinkClient(f"ws://127.0.0.1:{engine.port}", "internal", "*"))
    gateway.hub.start()
    await eventually(lambda: gateway.hub is not None and gateway.hub.online("acme"))
    async with served(gateway) as address:
        yield address
    await gateway.hub.close()


def cookie_of(centre: Centre, login: str) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {"Cookie": f"theme=dark; {name}={centre.client(login).cookies[name].value}"}


async def first_words(address: str, headers: dict[str, str], hello: Hello) -> Any:
    async with connect(f"ws://{address}/link", additional_headers=headers) as connection:
        await connection.send(msgspec.json.encode(hello).decode())
        return msgspec.json.decode(await connection.recv(), type=ToClient)


async def test_the_browsers_session_says_who_it_is(centre: Centre, gateway: str) -> None:
    cookie = await database_sync_to_async(cookie_of)(centre, "1001")

    told = await first_words(gateway, cookie, Hello())

    assert isinstance(told, Snapshot)
    assert told.you == "1001"


@pytest.mark.parametrize("cookie", [{}, {"Cookie": "rubbish"}, {"Cookie": f"{settings.SESSION_COOKIE_NAME}=forged"}])
async def test_without_a_session_nobody_is_let_in(centre: Centre, gateway: str, cookie: dict[str, str]) -> None:
    told = await first_words(gateway, cookie, Hello())

    assert isinstance(told, Refused)
    assert told.code == "not_signed_in"


async def test_a_token_nobody_gave_out_is_refused(centre: Centre, gateway: str) -> None:
    told = await first_words(gateway, {}, Hello(token="forged"))

    assert isinstance(told, Refused)
    assert told.code == "token_invalid"


async def test_signing_out_ends_the_connection(centre: Centre, gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbase.web.gateway.connection.ACCESS_CHECK_S", 0.05)
    client = await database_sync_to_async(centre.client)("1001")
    name = settings.SESSION_COOKIE_NAME
    cookie = {"Cookie": f"{name}={client.cookies[name].value}"}
    async with connect(f"ws://{gateway}/link", additional_headers=cookie) as connection:
        await connection.send(msgspec.json.encode(Hello()).decode())
        await connection.recv()
        await database_sync_to_async(client.logout)()
        await connection.wait_closed()

    assert connection.close_code == 4401


CHANGES: dict[str, Callable[[Centre, Person], object]] = {
    "a right of its role": lambda centre, person: person.roles.update(permissions=["agent.work", "board.view"]),
    "how far they reach": lambda centre, person: person.roles.update(scope="all"),
    "one more role": lambda centre, person: person.roles.add(
        Role.objects.create(tenant_id="acme", key="more", permissions=["audit.view"])
    ),
    "its language": lambda centre, person: Person.objects.filter(id=person.id).update(language="zh-CN"),
    "its password": lambda centre, person: Person.objects.filter(id=person.id).update(password="another"),
    "that it works here": lambda centre, person: Person.objects.filter(id=person.id).update(is_active=False),
    "its number": lambda centre, person: Agent.objects.filter(person=person).update(number="1009"),
    "that it is an agent": lambda centre, person: Agent.objects.filter(person=person).delete(),
    "the centre": lambda centre, person: Tenant.objects.filter(id="acme").update(timezone="Asia/Tokyo"),
    "its session": lambda centre, person: Session.objects.all().delete(),
    "its session's time": lambda centre, person: Session.objects.update(expire_date=timezone.now()),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_whatever_changes_of_who_is_signed_in_is_found_though_it_is_not_read_anew_each_time(
    centre: Centre, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identities, "GATHERED_S", 0.01)
    key = await database_sync_to_async(session_of)(centre, "1001")
    identity = Identity(page_with(key), Marks())
    for _ in range(2):
        await identity(Hello())
    with monkeypatch.context() as patched:
        patched.setattr(identities, "access_of_session", None)
        known = await identity(Hello())

    await database_sync_to_async(CHANGES[what])(centre, centre.people["1001"])

    assert known is not None
    fresh = await database_sync_to_async(access_of_session)(key)
    assert _what_counts(await identity(Hello())) == _what_counts(fresh) != _what_counts(known)


async def test_what_is_asked_of_many_sessions_at_a_time_is_one_query_and_each_gets_its_own_answer(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identities, "GATHERED_S", 0.05)
    queries: list[int] = []
    monkeypatch.setattr(
        identities, "marks_of_sessions", lambda people: (queries.append(len(people)), marks_of_sessions(people))[1]
    )
    marks = Marks()
    keys = {name: await database_sync_to_async(session_of)(centre, name) for name in ("1001", "2001")}
    people = [*((keys[name], centre.people[name]) for name in keys), ("forged", centre.people["1001"])]

    first = await asyncio.gather(*(marks.of(key, person) for key, person in people))
    await database_sync_to_async(CHANGES["its language"])(centre, centre.people["1001"])
    second = await asyncio.gather(*(marks.of(key, person) for key, person in people))

    assert queries == [3, 3]
    assert first[0] and first[1] and first[2] is None
    assert (second[0] != first[0], second[1:]) == (True, first[1:])


def session_of(centre: Centre, name: str) -> str:
    return str(centre.client(name).cookies[settings.SESSION_COOKIE_NAME].value)


def page_with(key: str) -> Socket:
    return Socket({"headers": [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode())]}, None, None)  # type: ignore[arg-type]


def _what_counts(access: Access | None) -> tuple[object, ...] | None:
    if access is None:
        return None
    return access.permissions, access.scope, access.reach, access.agent, access.language, access.tenant.timezone


async def test_whom_a_unit_is_in_is_read_anew_each_time(centre: Centre) -> None:
    """Whom a supervisor of a unit reaches lies in rows of others."""

    def join() -> Callable[[], object]:
        unit = Unit.objects.create(tenant_id="acme", name="Sales")
        centre.people["2001"].roles.update(scope="unit")
        Person.objects.filter(id=centre.people["2001"].id).update(unit=unit)
        return lambda: Person.objects.filter(id=centre.people["1001"].id).update(unit=unit)

    agent_joins = await database_sync_to_async(join)()
    identity = Identity(page_with(await database_sync_to_async(session_of)(centre, "2001")), Marks())
    for _ in range(3):
        access = await identity(Hello())
        assert access is not None and access.reach == frozenset()

    await database_sync_to_async(agent_joins)()

    access = await identity(Hello())
    assert access is not None and access.reach == frozenset({"1001"})


async def test_a_telephone_needs_a_session_where_there_is_no_demo_centre(centre: Centre) -> None:
    async with served(sip_proxy) as address:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/sip", subprotocols=[Subprotocol("sip")])

    assert refused.value.response.status_code == 403


# --- from a request's thread ---------------------------------------------------------------------------------------


class Process:
    """The web process's loop with its hub, while requests are served in other threads."""

    def __init__(self) -> None:
        self.engine: FakeEngine
        self._ready, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=async_to_sync(self._run))

    def __enter__(self) -> Process:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join(10)

    async def _run(self) -> None:
        async with fake_engine() as self.engine:
            self.engine.has("acme", agents=(agent("1001"),), interactions=(interaction("unknown"),))
            door.application.hub = Hub(LinkClient(f"ws://127.0.0.1:{self.engine.port}", "internal", "*"))
            door.application.hub.start()
            await eventually(lambda: door.application.hub is not None and door.application.hub.online("acme"))
            self._ready.set()
            await eventually(self._stop.is_set, 60)
            await door.application.hub.close()
            door.application.hub = None


@pytest.fixture
def process() -> Iterator[Process]:
    with Process() as process:
        yield process


def test_the_outcome_of_a_call_that_lives_reaches_the_engine_too(centre: Centre, process: Process) -> None:
    call = Call("acme", BEGUN).queued("sales", 0, 5, "answered").talked("1001", 5, None, "sales")
    hub = door.application.hub
    assert hub is not None
    change = process.engine.change("acme", interactions=(interaction(call.id, agent="1001", phase="talk"),))
    asyncio.run_coroutine_threadsafe(change, hub.loop).result(5)
    asyncio.run_coroutine_threadsafe(eventually(lambda: call.id in hub.views["acme"].interactions), hub.loop).result(5)

    response = centre.client("1001").patch(f"/api/interactions/{call.id}", {"outcome": "sold"}, content_type="application/json")

    assert body(response)["outcome"] == "sold"
    assert process.engine.actions() == [SetOutcome(agent="1001", interaction=call.id, outcome="sold")]
    assert process.engine.asked[0].actor == str(centre.people["1001"].id)
