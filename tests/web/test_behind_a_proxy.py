"""The console behind a TLS proxy, by the web process's own server; and what is believed of whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.core.asgi import get_asgi_application
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from callbase.apps.audit.models import AuditEntry
from callbase.platform.environment import LOOPBACK, read_environment
from callbase.platform.webserver import proxy_options
from callbase.web.socket import Receive, Scope, Send, Socket
from tests.web.asgi_server import served
from tests.web.centre import Centre

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "https://calls.example.com"
FORWARDED = {"Host": "calls.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
"""What the proxy of docs/operations.md adds."""
PASSWORD = "correct-horse-battery"


@dataclass
class Answer:
    status: int
    body: Any
    cookies: dict[str, Any]


async def web(scope: Scope, receive: Receive, send: Send) -> None:
    """Django, and a WebSocket that lets in whom the gateway and the SIP proxy let in."""
    if scope["type"] != "websocket":
        await get_asgi_application()(scope, receive, send)  # type: ignore[arg-type]
        return
    socket = Socket(scope, receive, send)
    if not socket.same_origin():
        await socket.refuse()
        return
    await socket.accept()
    await socket.send(socket.address)
    await socket.close()


@pytest.fixture
def centre(quick_passwords: None) -> Centre:
    centre = Centre("acme")
    centre.people["1001"].set_password(PASSWORD)
    centre.people["1001"].save()
    return centre


def server(*trusted: str) -> Any:
    return served(web, **proxy_options(replace(read_environment(), trusted_proxies=trusted)))


async def send(address: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://{address}{path}", json=body, headers={**FORWARDED, **headers}) as answer,
    ):
        text = await answer.read()
        return Answer(answer.status, await answer.json() if text else None, dict(answer.cookies))


async def sign_in(address: str, origin: str = PAGE) -> Answer:
    return await send(
        address, "POST", "/api/auth/sign-in", {"tenant": "acme", "login": "1001", "password": PASSWORD}, Origin=origin
    )


async def test_people_sign_in_and_change_things_behind_it(centre: Centre) -> None:
    async with server(*LOOPBACK) as address:
        entered = await sign_in(address)
        assert entered.status == 200
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in entered.cookies.items())
        token = entered.body["csrf_token"]
        headers = {"Cookie": cookies, "X-CSRFToken": token, "Origin": PAGE}
        changed = await send(address, "PATCH", "/api/me", {"theme": "dark"}, **headers)
        assert (changed.status, changed.body["theme"]) == (200, "dark")
        headers["Origin"] = "http://calls.example.com"
        assert (await send(address, "PATCH", "/api/me", {"theme": "light"}, **headers)).body["error"]["code"] == "csrf_failed"


async def test_cookies_are_secure_behind_it(centre: Centre) -> None:
    async with server(*LOOPBACK) as address:
        cookies = (await sign_in(address)).cookies
        assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= set(cookies)
        assert all(morsel["secure"] for morsel in cookies.values())


async def test_the_audit_trail_has_the_browsers_address(centre: Centre) -> None:
    async with server(*LOOPBACK) as address:
        await sign_in(address)
        row = await database_sync_to_async(AuditEntry.objects.get)(action="sign_in")
        assert row.ip == "203.0.113.9"


async def test_a_page_of_another_origin_is_refused_signing_in(centre: Centre) -> None:
    async with server(*LOOPBACK) as address:
        for origin in ("https://evil.example", "http://calls.example.com"):
            assert (await sign_in(address, origin)).body["error"]["code"] == "csrf_failed"


async def test_nothing_is_believed_of_a_peer_that_is_no_trusted_proxy(centre: Centre) -> None:
    async with server("192.0.2.1") as address:
        assert (await sign_in(address)).status == 403
        entered = await sign_in(address, "http://calls.example.com")
        assert entered.status == 200
        assert not any(morsel["secure"] for morsel in entered.cookies.values())
        row = await database_sync_to_async(AuditEntry.objects.get)(action="sign_in")
        assert row.ip == "127.0.0.1"


async def test_websockets_go_by_the_same_rule(centre: Centre) -> None:
    async with server(*LOOPBACK) as address:
        forwarded = {name: value for name, value in FORWARDED.items() if name != "Host"}
        async with connect(f"ws://{address}/", origin=Origin(f"https://{address}"), additional_headers=forwarded) as socket:
            assert await socket.recv() == "203.0.113.9"
        with pytest.raises(InvalidStatus):
            await connect(f"ws://{address}/", origin=Origin(f"http://{address}"), additional_headers=forwarded)
