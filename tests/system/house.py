"""What the tests of waiting and rules know their way by: numbers that lead straight into a queue, and prompts that are tones."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import numpy as np
import psycopg

from benchmarks.api import Api
from callbase.core.flow.speech import STANDING, spoken_while_waiting
from callbase.speech.speaker import Speaker
from tests.system.audio import RATE_HZ, Samples, in_order, tone
from tests.system.centre import Centre, until
from tests.system.telephone import Call, Telephone
from tests.telephony.tones import read_wav

ZH, EN = "zh-CN", "en-US"
STRAIGHT = {ZH: "4008002001", EN: "4008002002"}
"""By the language its callers are spoken to in: a number that leads into sales without a word."""
PROMPTS: dict[str, dict[str, float]] = {
    "service": {ZH: 350, EN: 400},
    "advert": {ZH: 450, EN: 500},
    "all-busy": {ZH: 550, EN: 700},
    "greeting": {ZH: 750, EN: 800},
}
"""Prompts, and the tone (Hz) that their recording is in each language."""
TONE_S = 1.0
_BOUNDARY = "callbase-test-boundary"


@contextmanager
def furnished(api: Api) -> Iterator[None]:
    """The numbers and prompts are there."""
    for prompt, tones in PROMPTS.items():
        api.post("/api/prompts", {"id": prompt, "text": {ZH: "提示", EN: "Prompt"}})
        for language, hz in tones.items():
            upload(api, f"/api/prompts/{prompt}/recording/{language}", tone(hz, TONE_S))
    name = {ZH: "直达", EN: "Straight"}
    api.put("/api/flows/straight", {"name": name, "start": "in", "nodes": {"in": {"type": "queue", "queue": "sales"}}})
    for language, number in STRAIGHT.items():
        api.post("/api/dids", {"number": number, "flow": "straight", "language": language})
    yield
    for number in STRAIGHT.values():
        api.delete(f"/api/dids/{number}")
    api.delete("/api/flows/straight")
    for prompt in PROMPTS:
        api.delete(f"/api/prompts/{prompt}")


def upload(api: Api, path: str, samples: Samples) -> None:
    """As the recording of what is at the path."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((samples * 32767).astype(np.int16).tobytes())
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    body = head.encode() + file.getvalue() + f"\r\n--{_BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    answer = api.request("PUT", path, body, headers)
    assert answer.status == 200, answer.content


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
async def waited_for(centre: Centre, queue: str, grace_s: float) -> AsyncIterator[None]:
    """A telephone that vanishes in a talk is waited for that long, in place of half a minute."""
    before_s = await asyncio.to_thread(_set_grace, centre, grace_s)
    async with centre.queue_with(queue, wrap_up_s=7):  # which publishes the grace with it
        try:
            yield
        finally:
            await asyncio.to_thread(_set_grace, centre, before_s)


def _set_grace(centre: Centre, grace_s: float) -> float:
    """What it was. It is no setting of the console's, so it goes into the table."""
    with psycopg.connect(centre.installation.runtime.database_url) as connection:
        (before_s,) = connection.execute("SELECT device_grace_s FROM tenant WHERE id = 'demo'").fetchone() or (30.0,)
        connection.execute("UPDATE tenant SET device_grace_s = %s WHERE id = 'demo'", (grace_s,))
    return float(before_s)


@asynccontextmanager
async def flow_of(centre: Centre, flow: str, start: str, nodes: dict[str, Any]) -> AsyncIterator[None]:
    version = centre.view.config_version
    await centre.put(f"/api/flows/{flow}", {"name": {ZH: flow, EN: flow}, "start": start, "nodes": nodes})
    await until(lambda: centre.view.config_version > version, f"flow {flow} in force")
    try:
        yield
    finally:
        await centre.delete(f"/api/flows/{flow}")


@asynccontextmanager
async def way_out(centre: Centre, telephone: Telephone) -> AsyncIterator[str]:
    """A trunk that leads to that telephone, whatever is dialled; by its name the first, for calls that name no trunk."""
    host, _, port = telephone.here.rpartition(":")
    async with made(centre, "/api/trunks", {"id": "a-way-out", "host": host, "port": int(port), "match": ["127.0.0.9"]}):
        yield "a-way-out"


async def in_line(centre: Centre, customer: Telephone, language: str = ZH) -> Call:
    """The customer calls and waits in sales."""
    call = await customer.call(STRAIGHT[language])
    await call.wait_answered()
    await until(lambda: centre.phase(customer.user) == "queue", f"{customer.user} waits")
    return call


async def rings_at(agent: Telephone, timeout_s: float = 10.0) -> Call:
    return await asyncio.wait_for(agent.incoming.get(), timeout_s)


async def hear_each_other(one: Call, other: Call) -> None:
    """Each hears the tone the other speaks in."""
    assert one.phone.hz
    assert other.phone.hz
    await one.media.wait_for_tone(other.phone.hz, 10)
    await other.media.wait_for_tone(one.phone.hz)


class Ear:
    """Names what a caller hears: prompts by their ids, what those who wait are told by its words, and the music."""

    def __init__(self, centre: Centre, language: str = ZH) -> None:
        home = centre.installation.home
        tune = read_wav(home / "asterisk" / "music" / "default" / "callbase.wav")
        self._music = np.concatenate([tune, tune[:RATE_HZ]])  # it begins again without a gap
        speaker = Speaker(home)
        self._sounds = {prompt: tone(tones[language], TONE_S) for prompt, tones in PROMPTS.items()}
        sentences = {text: text for text in spoken_while_waiting(language)}
        sentences |= {prompt: standing.text[language] for prompt, standing in STANDING.items()}
        for name, text in sentences.items():
            file = speaker.path_of(text, language)
            self._sounds[name] = read_wav(file) if file.exists() else np.zeros(0)

    def heard(self, call: Call) -> list[str]:
        """In order, since the call began."""
        return in_order(call.media.heard(3600), self._sounds, self._music)

    async def wait_for(self, call: Call, *names: str, timeout_s: float = 30.0) -> None:
        """Until these were heard, in this order and nothing else before or between. Raises AssertionError telling what was."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while (heard := await asyncio.to_thread(self.heard, call))[: len(names)] != [*names]:
            assert asyncio.get_running_loop().time() < deadline, f"heard: {heard}"
            await asyncio.sleep(0.2)
