"""What nobody should send: a clear answer, and calls go on."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from benchmarks.api import Api, Refused
from benchmarks.installation import DEMO_PASSWORD
from tests.system.audio import is_sound
from tests.system.centre import AGENT_HZ, DID, Centre, until
from tests.system.telephone import Telephone
from tests.system.torture import MESSAGES

pytestmark = pytest.mark.telephony


class LogSoFar:
    """What is written to a log file from now on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = path.stat().st_size

    def new_lines(self) -> list[str]:
        with self._path.open("rb") as file:
            file.seek(self._before)
            return file.read().decode(errors="replace").splitlines()


def log_of(centre: Centre, part: str) -> LogSoFar:
    return LogSoFar(centre.installation.home / "log" / f"{part}.log")


async def test_who_calls_a_number_that_does_not_exist_hears_so_and_is_released_and_counted(centre: Centre) -> None:
    async with centre.customer("13900000031") as customer:
        call = await customer.call("4008009876")
        await call.wait_answered()
        await call.wait_ended(30)
        assert (call.status, call.ended_by_far_end) == (200, True)
        assert is_sound(call.media.heard(3600)), "the centre's sentence was heard"
    found = await centre.interaction("13900000031")
    assert (found["called_number"], found["end_reason"], found["agent"]) == ("4008009876", "number_unknown", None)


async def test_without_words_for_it_a_number_that_does_not_exist_is_refused_before_the_answer(centre: Centre) -> None:
    async with without_words_for_unknown_numbers(centre), centre.customer("13900000035") as customer:
        call = await customer.call("4008009876")
        await call.wait_ended(30)
        assert (call.status, call.answered.is_set()) == (404, False)
        found = await centre.interaction("13900000035")
    assert (found["end_reason"], found["answered_at"]) == ("number_unknown", None)


@asynccontextmanager
async def without_words_for_unknown_numbers(centre: Centre) -> AsyncIterator[None]:
    with psycopg.connect(centre.installation.runtime.database_url, autocommit=True) as database:
        words = database.execute("SELECT unknown_did::text FROM tenant WHERE id = 'demo'").fetchone()
        assert words and words[0]
        database.execute("UPDATE tenant SET unknown_did = NULL WHERE id = 'demo'")
        try:
            await published_anew(centre)
            yield
        finally:
            database.execute("UPDATE tenant SET unknown_did = %s WHERE id = 'demo'", words)
            await published_anew(centre)


async def published_anew(centre: Centre) -> None:
    """By a change that changes nothing itself."""
    version = centre.view.config_version
    await centre.patch("/api/queues/sales", {})
    await until(lambda: centre.view.config_version > version, "the engine goes by what the tables say")


async def test_a_telephone_with_a_wrong_password_does_not_register(centre: Centre) -> None:
    async with Telephone("1001", centre.installation.sip, "guess") as phone:
        with pytest.raises(AssertionError, match="could not register"):
            await phone.register()


async def test_a_wrong_password_is_refused_in_words_and_audited(centre: Centre) -> None:
    api = Api(centre.installation.http_port)
    with pytest.raises(Refused) as refused:
        await asyncio.to_thread(api.sign_in, "1019", DEMO_PASSWORD + "x")
    assert (refused.value.status, refused.value.code) == (401, "sign_in_failed")
    assert refused.value.body["error"]["message"]
    rows = (await centre.get("/api/audit", action="sign_in.failed", object="1019"))["items"]
    assert [(row["object_type"], row["object_id"], row["actor"]) for row in rows] == [("person", "1019", "")]


async def test_a_request_of_ten_megabytes_is_refused_in_words(centre: Centre) -> None:
    log = log_of(centre, "web")
    api = Api(centre.installation.http_port)
    body = json.dumps({"login": "1001", "password": "x" * 10_000_000}).encode()
    answer = await asyncio.to_thread(api.request, "POST", "/api/auth/sign-in", body, {"Content-Type": "application/json"})
    assert answer.status == 413
    assert answer.json()["error"]["code"] == "too_large"

    def told() -> bool:
        return any("request too large, refused" in line and "/api/auth/sign-in" in line for line in log.new_lines())

    await until(told, "the log says so")


async def test_after_malformed_sip_calls_still_work_and_the_log_says_who_sent_it(centre: Centre) -> None:
    log = log_of(centre, "asterisk")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for message in MESSAGES:
            sender.sendto(message, centre.installation.sip)
        stranger = f"127.0.0.1:{sender.getsockname()[1]}"
    with socket.create_connection(centre.installation.sip, 5) as stream:
        stream.sendall(MESSAGES[0] + b"\r\n\r\n\x00\xff" * 100)
    async with centre.agent_at_work("1013"), centre.customer("13900000032") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        await call.media.wait_for_tone(AGENT_HZ)
        call.hang_up()
    assert (await centre.interaction("13900000032"))["agent"] == "1013"
    await until(
        lambda: any("Error processing" in line and stranger in line for line in log.new_lines()), "the log says who sent rubbish"
    )
