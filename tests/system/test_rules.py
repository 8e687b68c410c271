"""Rules on the running centre: night service, overflow, a black list and a trunk group, with real calls and what they hear."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

from tests.system.audio import RATE_HZ, tone
from tests.system.centre import AGENT_HZ, DID, Centre, until

pytestmark = pytest.mark.telephony

PROMPT_HZ = 800.0
BOUNDARY = "callbase-test-boundary"


@asynccontextmanager
async def made(centre: Centre, path: str, body: dict[str, Any], key: str = "id") -> AsyncIterator[None]:
    """Something configured, in force, and deleted again."""
    version = centre.view.config_version
    await centre.post(path, body)
    await until(lambda: centre.view.config_version > version, f"{path} {body[key]} in force")
    try:
        yield
    finally:
        await centre.delete(f"{path}/{body[key]}")


@asynccontextmanager
async def prompt_of_tone(centre: Centre) -> AsyncIterator[dict[str, Any]]:
    """A prompt whose recordings are three seconds of a tone; as what is to be said."""
    texts = {"zh-CN": "提示", "en-US": "Prompt"}
    async with made(centre, "/api/prompts", {"id": "tone", "text": texts}):
        recording = _multipart(_wav(tone(PROMPT_HZ, 3.0)))
        for language in texts:
            version = centre.view.config_version
            path = f"/api/prompts/tone/recording/{language}"
            headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
            answer = await asyncio.to_thread(centre._api.request, "PUT", path, recording, headers)
            assert answer.status == 200, answer.content
            await until(lambda version=version: centre.view.config_version > version, "the recording in force")  # type: ignore[misc]
        yield {"prompt": "tone"}


def _wav(samples: Any) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((samples * 32767).astype(np.int16).tobytes())
    return file.getvalue()


def _multipart(content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


async def test_outside_the_hours_callers_hear_night_service_and_are_released(centre: Centre) -> None:
    never = {"id": "never", "name": {"zh-CN": "从不", "en-US": "Never"}}
    async with prompt_of_tone(centre) as say, made(centre, "/api/calendars", never):
        closed = {"type": "goodbye", "say": say}
        did = {"number": "4008007777", "flow": "main-menu", "calendar": "never", "closed": closed}
        async with made(centre, "/api/dids", did, "number"), centre.customer("13900000061") as customer:
            call = await customer.call("4008007777")
            await call.wait_answered()
            await call.media.wait_for_tone(PROMPT_HZ)
            await call.wait_ended()
            assert call.ended_by_far_end
            found = await centre.interaction("13900000061")
    assert found["end_reason"] == "closed"
    assert any("“never”" in event["text"] for event in found["events"])


async def test_with_nobody_signed_in_the_other_queues_agent_gets_the_call(centre: Centre) -> None:
    condition = {"type": "is", "field": "queue.signed_in", "operator": "eq", "value": 0}
    rule = {"id": "nobody", "when": condition, "target": {"type": "queues", "queues": ["support"]}}
    async with (
        centre.queue_with("sales", overflow=[rule]),
        centre.agent_at_work("1012") as agent,
        centre.customer("13900000062") as customer,
    ):
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await asyncio.wait_for(agent.incoming.get(), 10)
        await call.media.wait_for_tone(AGENT_HZ)
        call.hang_up()
    found = await centre.interaction("13900000062")
    assert (found["agent"], found["queue"]) == ("1012", "support")
    assert any("“nobody”" in event["text"] for event in found["events"])


async def test_who_waits_too_long_hears_so_and_is_released(centre: Centre) -> None:
    async with prompt_of_tone(centre) as say:
        condition = {"type": "is", "field": "wait_s", "operator": "ge", "value": 3}
        rule = {"id": "too_long", "when": condition, "target": {"type": "goodbye", "say": say}}
        async with centre.queue_with("sales", overflow=[rule]), centre.customer("13900000063") as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("1")
            await until(lambda: centre.phase("13900000063") == "queue", "the caller waits")
            await call.media.wait_for_tone(PROMPT_HZ, timeout_s=8)
            await call.wait_ended()
            assert call.ended_by_far_end
    found = await centre.interaction("13900000063")
    assert (found["end_reason"], found["queue"]) == ("overflowed", "sales")


async def test_a_black_listed_caller_is_refused_before_the_answer(centre: Centre) -> None:
    pests = {"id": "pests", "kind": "black", "name": {"zh-CN": "骚扰", "en-US": "Pests"}}
    async with made(centre, "/api/caller-lists", pests), centre.customer("13900000064") as customer:
        version = centre.view.config_version
        await centre.post("/api/caller-lists/pests/numbers", {"numbers": ["13900000064"]})
        await until(lambda: centre.view.config_version > version, "the number is listed")
        call = await customer.call(DID)
        await call.wait_ended()
        assert not call.answered.is_set()
        assert call.status == 403
        found = await centre.interaction("13900000064")
    assert found["end_reason"] == "blocked"


async def test_past_a_trunk_groups_open_lines_calls_are_refused_for_congestion(centre: Centre) -> None:
    group = {"id": "lines", "name": {"zh-CN": "线路", "en-US": "Lines"}, "lines_per_agent": 1, "floor": 1}
    async with made(centre, "/api/trunk-groups", group):
        await centre.patch("/api/trunks/demo-trunk", {"group": "lines"})
        try:
            await until(lambda: centre.view.trunks["demo-trunk"].lines_open == 1, "one line is open")
            async with centre.customer("13900000065") as first, centre.customer("13900000066") as second:
                kept = await first.call(DID)
                await kept.wait_answered()
                refused = await second.call(DID)
                await refused.wait_ended()
                assert (refused.answered.is_set(), refused.status) == (False, 503)
                async with centre.agent_at_work("1009", ready=False), centre.agent_at_work("1010", ready=False):
                    await until(lambda: centre.view.trunks["demo-trunk"].lines_open == 2, "a line for each agent")
                    taken = await second.call(DID)
                    await taken.wait_answered()
                    taken.hang_up()
                kept.hang_up()
            found = (await centre.get("/api/interactions", caller="13900000066"))["items"]
            assert {one["end_reason"] for one in found if one["ended_at"]} >= {"lines_full"}
        finally:
            await centre.patch("/api/trunks/demo-trunk", {"group": None})
