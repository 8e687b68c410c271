"""The running centre as a test sees it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.api import Api, api_token
from benchmarks.installation import DEMO_PASSWORD, Installation
from callbase.core.events import AnyAction, FinishWrapUp, ReleaseInteraction, SetReady, SignIn, SignOut
from callbase.core.facts import AnyFact
from callbase.core.views import AgentView, InteractionView, TenantView
from callbase.cti.client import LinkClient, LinkDown, LinkLost
from callbase.cti.messages import EngineStatus, FactMessage
from tests.system.telephone import Telephone

DID = "4008001234"
AGENT_HZ, CUSTOMER_HZ = 600.0, 1000.0


async def until(condition: Callable[[], bool], what: str, timeout_s: float = 10.0) -> None:
    """Raises AssertionError saying what did not happen."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"not within {timeout_s} s: {what}"
        await asyncio.sleep(0.02)


async def until_looked(look: Callable[[], bool], what: str, timeout_s: float = 10.0) -> None:
    """As `until`, for a look that takes a while: in a thread, so that the telephones talk on meanwhile."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not await asyncio.to_thread(look):
        assert asyncio.get_running_loop().time() < deadline, f"not within {timeout_s} s: {what}"
        await asyncio.sleep(0.02)


class Centre:
    def __init__(self, installation: Installation, api: Api, link: LinkClient) -> None:
        self.installation, self.link = installation, link
        self.facts: list[AnyFact] = []
        self.engine_there = True
        """Whether what the link shows is the engine's present state."""
        self.losses = 0
        """How often it was not any more, for however short a while."""
        self._api = api

    async def listen(self) -> None:
        async for message in self.link.events():
            if isinstance(message, FactMessage):
                self.facts.append(message.fact)
            elif isinstance(message, EngineStatus):
                self._is_there(message.online)
            elif isinstance(message, LinkDown):
                self._is_there(False)

    def _is_there(self, there: bool) -> None:
        self.losses += self.engine_there and not there
        self.engine_there = there

    # --- the API -----------------------------------------------------------------------------------------------------

    async def get(self, path: str, **query: object) -> Any:
        return await asyncio.to_thread(self._api.get, path, **query)

    async def post(self, path: str, body: Any = None) -> Any:
        return await asyncio.to_thread(self._api.post, path, body)

    async def patch(self, path: str, body: Any) -> Any:
        return await asyncio.to_thread(self._api.patch, path, body)

    async def put(self, path: str, body: Any) -> Any:
        return await asyncio.to_thread(self._api.put, path, body)

    async def delete(self, path: str) -> Any:
        return await asyncio.to_thread(self._api.delete, path)

    @property
    def token(self) -> str:
        """An administrator's, for other clients."""
        return self._api.token

    async def download(self, path: str) -> bytes:
        answer = await asyncio.to_thread(self._api.request, "GET", path)
        assert answer.status == 200, (answer.status, answer.content[:300])
        return answer.content

    async def interaction(self, caller: str, *, ended: bool = True, timeout_s: float = 15.0) -> Any:
        """The newest interaction of that caller as the API tells it, once it is there (and over)."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            found = (await self.get("/api/interactions", caller=caller))["items"]
            if found and (found[0]["ended_at"] or not ended):
                return await self.get(f"/api/interactions/{found[0]['id']}")
            assert asyncio.get_running_loop().time() < deadline, f"no interaction of {caller}: {found}"
            await asyncio.sleep(0.1)

    async def recording(self, interaction: str, timeout_s: float = 60.0) -> Any:
        """The recording of an interaction, once it is stored; the worker that does it gives way to all others."""
        return (await self.recordings(interaction, 1, timeout_s))[0]

    async def recordings(self, interaction: str, count: int, timeout_s: float = 60.0) -> list[Any]:
        """The recordings of an interaction, the first one first, once so many are stored."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            found: list[Any] = (await self.get(f"/api/interactions/{interaction}"))["recordings"]
            if len(found) >= count and all(one["state"] in ("stored", "failed") for one in found):
                return found
            assert asyncio.get_running_loop().time() < deadline, f"not stored: {found}"
            await asyncio.sleep(0.1)

    # --- the link ----------------------------------------------------------------------------------------------------

    @property
    def view(self) -> TenantView:
        return self.link.view

    def agent(self, agent: str) -> AgentView:
        return self.view.agents[agent]

    def interactions(self, caller: str) -> list[InteractionView]:
        return [one for one in self.view.interactions.values() if one.caller_number == caller]

    def phase(self, caller: str) -> str:
        """Of the caller's interaction; "" where there is none."""
        return next((one.phase for one in self.interactions(caller)), "")

    async def kill(self, part: str) -> None:
        """kill -9 of `engine`, `web`, `worker`, `asterisk` or `postgres`."""
        os.kill(await asyncio.to_thread(self.installation.pid_of, part), signal.SIGKILL)
        if part in ("engine", "web"):
            self._is_there(False)  # the link tells it a moment later, which `recovered` must not miss

    async def recovered(self, timeout_s: float = 40.0) -> None:
        """Until calls can be taken and the link shows the engine's state."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while (health := await asyncio.to_thread(self.installation.health))[0] != 200 or not self.engine_there:
            assert asyncio.get_running_loop().time() < deadline, f"not ready again: {health}"
            await asyncio.sleep(0.1)

    async def ask(self, action: AnyAction) -> None:
        reply = await self.link.request(action)
        assert reply.error is None, f"{action}: {reply.error} {reply.message}"

    async def clear(self) -> None:
        """Ends what a test left behind."""
        async with asyncio.timeout(30):
            while not await self._cleared():
                await asyncio.sleep(0.05)

    async def _cleared(self) -> bool:
        try:
            await self.link.wait_connected()
            for one in list(self.view.interactions.values()):
                if one.phase != "wrap_up":
                    await self.link.request(ReleaseInteraction(interaction=one.interaction))
            for agent in list(self.view.agents.values()):
                if agent.state == "working_after_call":
                    await self.link.request(FinishWrapUp(agent=agent.agent))
                if agent.state != "logged_off":
                    await self.link.request(SignOut(agent=agent.agent))
        except LinkLost:
            return False
        return not self.view.interactions and all(agent.state == "logged_off" for agent in self.view.agents.values())

    @asynccontextmanager
    async def queue_with(self, queue: str, **values: object) -> AsyncIterator[None]:
        """The queue with other settings, and back."""
        before = await self.get(f"/api/queues/{queue}")
        version = self.view.config_version
        await self.patch(f"/api/queues/{queue}", values)
        await until(lambda: self.view.config_version > version, "the engine has the change")
        try:
            yield
        finally:
            await self.patch(f"/api/queues/{queue}", {name: before[name] for name in values})

    # --- telephones --------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def agent_at_work(
        self,
        agent: str,
        *,
        answer_after_s: float | None = 0.0,
        hz: float | None = AGENT_HZ,
        ready: bool = True,
        node: int = 0,
    ) -> AsyncIterator[Telephone]:
        """An agent's desk telephone, registered; the agent signed in to it by the link, and ready."""
        async with self.telephone(agent, hz=hz, answer_after_s=answer_after_s, node=node) as phone:
            await phone.register()
            await self.ask(SignIn(agent=agent, device=agent))
            await until(lambda: self.agent(agent).device_online, f"device of {agent} online")
            if ready:
                await self.ask(SetReady(agent=agent))
                await until(lambda: self.agent(agent).state != "not_ready", f"{agent} ready")
            yield phone

    def telephone(
        self, agent: str, *, hz: float | None = AGENT_HZ, answer_after_s: float | None = 0.0, node: int = 0
    ) -> Telephone:
        """An agent's desk telephone, not registered yet."""
        return Telephone(agent, self.installation.sip_at(node), DEMO_PASSWORD, hz=hz, answer_after_s=answer_after_s)

    def customer(self, number: str, hz: float | None = CUSTOMER_HZ, *, node: int = 0) -> Telephone:
        """A caller on the demo trunk."""
        return Telephone(number, self.installation.sip_at(node), hz=hz)


_tokens: dict[str, str] = {}
"""By its URL: one token serves all tests of an installation."""


def api_of(installation: Installation) -> Api:
    """With all an administrator may."""
    url, port, host = installation.url, installation.http_port, installation.host
    if url not in _tokens:
        _tokens[url] = api_token(port, "admin", DEMO_PASSWORD, "system tests", host)
    return Api(port, _tokens[url], host)


@asynccontextmanager
async def opened(installation: Installation) -> AsyncIterator[Centre]:
    """The centre of an installation that runs; made empty again afterwards."""
    api = await asyncio.to_thread(api_of, installation)
    async with LinkClient(f"ws://{installation.host}:{installation.http_port}/link", api.token, facts=True) as link:
        await link.wait_connected()
        centre = Centre(installation, api, link)
        listening = asyncio.create_task(centre.listen())
        try:
            yield centre
        finally:
            await centre.clear()
            listening.cancel()
