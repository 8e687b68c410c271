"""Bodies beyond the limit are turned away before anything reads them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from callbase.web import body_limit
from callbase.web.body_limit import BodyLimit

KIB = 1024


class App:
    """Reads its whole body, as Django does."""

    def __init__(self) -> None:
        self.body = b""
        self.finished = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.finished = True
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def sent(app: App, size: int, **headers: str) -> tuple[int, bytes]:
    """The answer to a body of `size` bytes in pieces of 64 KiB."""
    pieces = [b"x" * min(64 * KIB, size - start) for start in range(0, size, 64 * KIB)] or [b""]
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/x",
        "client": ("192.0.2.7", 4000),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    await BodyLimit(app, json_limit=1024 * KIB, upload_limit=10_240 * KIB)(scope, receive, send)
    return answers[0]["status"], answers[-1]["body"]


async def test_a_body_within_the_limit_passes() -> None:
    app = App()
    status, _ = await sent(app, 1024 * KIB, content_length=str(1024 * KIB))
    assert (status, len(app.body)) == (200, 1024 * KIB)


async def test_a_declared_ten_megabyte_request_is_refused_unread() -> None:
    app = App()
    with capture_logs() as logs:
        status, body = await sent(app, 10_000_000, content_length="10000000", accept_language="en")
    assert status == 413
    (told,) = logs
    assert (told["event"], told["address"], told["path"]) == ("request too large, refused", "192.0.2.7", "/api/x")
    assert (told["declared_bytes"], told["limit_bytes"]) == ("10000000", 1024 * KIB)
    error = json.loads(body)["error"]
    assert error["code"] == "too_large"
    assert "1024 KiB" in error["message"]
    assert app.body == b""


async def test_a_chunked_one_is_cut_off_at_the_limit() -> None:
    app = App()
    status, body = await sent(app, 10_000_000)
    assert status == 413
    assert json.loads(body)["error"]["message"].startswith("内容太大")
    assert not app.finished
    assert len(app.body) <= 1024 * KIB


@pytest.mark.parametrize(("size", "expected"), [(9 * 1024 * KIB, 200), (11 * 1024 * KIB, 413)])
async def test_uploads_may_be_larger(size: int, expected: int) -> None:
    status, _ = await sent(App(), size, content_type="multipart/form-data; boundary=x", content_length=str(size))
    assert status == expected


async def test_a_body_that_stops_coming_is_given_up_and_one_that_is_whole_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "PIECE_WITHIN_S", 0.05)
    answers: list[dict[str, Any]] = []
    pieces = [{"type": "http.request", "body": b"x", "more_body": True}]

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.Event().wait()
        return pieces.pop(0)

    async def send(message: Any) -> None:
        answers.append(message)

    async def waits_for_the_end(scope: Any, receive: Any, send: Any) -> None:
        """As Django does beside its answer."""
        await receive()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(receive(), 0.2)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {"type": "http", "method": "POST", "path": "/api/x", "headers": [(b"accept-language", b"en")]}
    async with asyncio.timeout(20):
        await BodyLimit(App(), json_limit=KIB, upload_limit=KIB)(scope, receive, send)
    assert (answers[0]["status"], json.loads(answers[1]["body"])["error"]["code"]) == (408, "too_slow")
    pieces.append({"type": "http.request", "body": b"", "more_body": False})
    await BodyLimit(waits_for_the_end, json_limit=KIB, upload_limit=KIB)(scope, receive, send)
    assert answers[2]["status"] == 200
