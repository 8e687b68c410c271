"""A call that changes agents, is held, is joined: everybody hears everybody else, and the recording has all of it.

Where Asterisk translates a stream it goes by the numbers of its RTP, and takes those of another party's that are lower for late.
So the second agent's begin lower here, and customer and agents speak different codecs in turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from callbase.core import commands, events
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.base import SwitchDriver
from tests.system.audio import ALAW, ULAW, Law, Samples
from tests.system.telephone import Call, Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_originate import originate, ring
from tests.telephony.test_reconnect import started
from tests.telephony.tones import read_wav, seconds_of_tone

NewPhone = Callable[..., Telephone]
CUSTOMER_HZ, AGENT_HZ, OTHER_AGENT_HZ, SUPERVISOR_HZ = 500, 800, 1100, 1400
HIGH, LOW = 40_000, 20_000
"""RTP's numbers of the first agent and of whoever comes after."""
TALK_S = 1.0
EDGES_S = 0.35
"""What the recording may lack of the beginning and end of all talks: tones are looked for in windows of a tenth of a second."""


@dataclass(frozen=True)
class Line:
    """A customer, the first agent and the other one, each with the codec of their telephone."""

    customer: str
    agent: str
    other: str
    customer_law: Law
    agent_law: Law
    other_law: Law


LINES = [
    Line(f"1390000111{number}", f"10{number}1", f"10{number}2", *laws)
    for number, laws in enumerate([(ALAW, ALAW, ALAW), (ALAW, ULAW, ULAW), (ULAW, ALAW, ULAW), (ULAW, ULAW, ALAW)])
]
"""Each has telephones of its own, so that all talk at the same time."""


@dataclass
class Party:
    call: Call
    leg: str
    hz: float


class Interaction:
    """The customer's call, and what the core would ask of the switch about it."""

    def __init__(self, driver: SwitchDriver, heard: Heard, customer: Party, home: Path) -> None:
        self.driver, self.heard, self.customer = driver, heard, customer
        self.id = str(uuid4())
        self.agents: list[Party] = []
        self._recording = str(uuid4())
        self._path = f"recordings/demo/2026-01-01/{self._recording}"
        self._home = home
        self._recorded_since = 0.0

    async def rings_at(self, phone: Telephone, *, hz: float) -> Party:
        """An agent's telephone is called and answers."""
        command = originate(phone.user)
        call = await ring(self.driver, phone, command)
        call.answer()
        await self.heard.wait(events.LegAnswered, leg=command.leg)
        return Party(call, command.leg, hz)

    def connect(self, *parties: Party) -> None:
        legs = (self.customer.leg, *(party.leg for party in parties))
        self.driver.execute(commands.Connect(bridge=self.id, node="a", legs=legs))

    async def record(self) -> None:
        self.driver.execute(commands.StartRecording(leg=self.customer.leg, recording=self._recording, path=self._path))
        await self.heard.wait(events.RecordingStarted, recording=self._recording)
        self._recorded_since = time.monotonic()

    async def talk(self, agent: Party) -> None:
        """Customer and agent hear each other, and go on for a while."""
        if agent not in self.agents:
            self.agents.append(agent)
        await _all_hear([self.customer, agent])
        await asyncio.sleep(TALK_S)
        await _all_hear([self.customer, agent])

    async def hold(self, agent: Party) -> None:
        for leg in (agent.leg, self.customer.leg):
            self.driver.execute(commands.Disconnect(bridge=self.id, leg=leg))
        self.driver.execute(commands.StartMusic(leg=self.customer.leg, tenant="demo", music="default"))
        await _until(lambda: not self.customer.call.media.hears(agent.hz) and not agent.call.media.hears(CUSTOMER_HZ))
        await _until(lambda: bool((abs(self.customer.call.media.heard()) > 0.02).any()))

    async def leave(self, agent: Party) -> None:
        """The agent's part is over: the customer hears music until the next has answered."""
        await self.hold(agent)
        self.driver.execute(commands.Release(leg=agent.leg))
        await self.heard.wait(events.LegEnded, leg=agent.leg)

    async def end(self) -> None:
        """The recording has all that customer and agents heard of each other."""
        self.driver.execute(commands.Release(leg=self.customer.leg))
        self.driver.execute(commands.DestroyBridge(bridge=self.id, node="a"))
        await self.heard.wait(events.RecordingEnded, recording=self._recording)
        from_agents, from_customer = (read_wav(self._home / f"{self._path}-{side}.wav") for side in "tr")
        for hz in {agent.hz for agent in self.agents}:
            self._assert_recorded(from_agents, hz, self._heard_s(self.customer, hz))
        self._assert_recorded(from_customer, CUSTOMER_HZ, sum(self._heard_s(agent, CUSTOMER_HZ) for agent in self.agents))

    def _heard_s(self, listener: Party, hz: float) -> float:
        """For how long the listener heard that tone since the recording began."""
        return seconds_of_tone(listener.call.media.heard(time.monotonic() - self._recorded_since), hz)

    @staticmethod
    def _assert_recorded(recording: Samples, hz: float, heard_s: float) -> None:
        found_s = seconds_of_tone(recording, hz)
        assert heard_s >= TALK_S and found_s > heard_s - EDGES_S, f"{found_s:.1f} s of {hz} Hz recorded, {heard_s:.1f} s heard"


@asynccontextmanager
async def called(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch, law: Law, number: str = CUSTOMER
) -> AsyncIterator[Interaction]:
    """A customer's call, answered, with music."""
    async with new_phone(number, hz=CUSTOMER_HZ, law=law) as phone:
        call = await phone.call(DID)
        leg = (await heard.wait(events.CallOffered, caller_number=number)).leg
        driver.execute(commands.Answer(leg=leg))
        driver.execute(commands.StartMusic(leg=leg, tenant="demo", music="default"))
        await call.wait_answered()
        yield Interaction(driver, heard, Party(call, leg, CUSTOMER_HZ), switch.environment.home)


async def on_all_lines(driver: AsteriskDriver, talk: Callable[[Line], Awaitable[None]]) -> None:
    """Raises what fails with the line it failed on."""

    async def on(line: Line) -> None:
        try:
            await talk(line)
        except Exception as failed:
            failed.add_note(f"{line.customer_law.name}, {line.agent_law.name}, {line.other_law.name}")
            raise

    await driver.provision(centre.config(*(agent for line in LINES for agent in (line.agent, line.other)), version=2))
    async with asyncio.TaskGroup() as together:
        for line in LINES:
            together.create_task(on(line))


async def test_the_next_agent_and_the_customer_hear_each_other_and_the_recording_has_both_talks(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async def talk(line: Line) -> None:
        async with (
            called(driver, heard, new_phone, switch, line.customer_law, line.customer) as interaction,
            new_phone(line.agent, law=line.agent_law, hz=AGENT_HZ, sequence=HIGH) as phone,
            new_phone(line.other, law=line.other_law, hz=OTHER_AGENT_HZ, sequence=LOW) as other_phone,
        ):
            await _register(heard, phone, other_phone)
            agent = await interaction.rings_at(phone, hz=AGENT_HZ)
            interaction.connect(agent)
            await interaction.record()
            await interaction.talk(agent)
            await interaction.leave(agent)
            other = await interaction.rings_at(other_phone, hz=OTHER_AGENT_HZ)
            interaction.connect(other)
            await interaction.talk(other)
            await interaction.end()

    await on_all_lines(driver, talk)


async def test_after_hold_and_after_the_telephone_was_lost_both_hear_each_other_again_and_it_is_recorded(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async def talk(line: Line) -> None:
        async with (
            called(driver, heard, new_phone, switch, line.customer_law, line.customer) as interaction,
            new_phone(line.agent, law=line.agent_law, hz=AGENT_HZ, sequence=HIGH) as phone,
        ):
            await _register(heard, phone)
            agent = await interaction.rings_at(phone, hz=AGENT_HZ)
            interaction.connect(agent)
            await interaction.record()
            await interaction.talk(agent)
            await interaction.hold(agent)
            interaction.connect(agent)
            await interaction.talk(agent)
            # the browser is reloaded: the same agent's telephone is another one now
            async with new_phone(line.agent, law=line.other_law, hz=OTHER_AGENT_HZ, sequence=LOW) as again:
                await again.register()
                await interaction.leave(agent)
                back = await interaction.rings_at(again, hz=OTHER_AGENT_HZ)
                interaction.connect(back)
                await interaction.talk(back)
                await interaction.end()

    await on_all_lines(driver, talk)


async def test_the_engine_may_die_in_between(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async with (
        called(driver, heard, new_phone, switch, ULAW) as interaction,
        new_phone("1001", hz=AGENT_HZ, sequence=HIGH) as phone,
        new_phone("1002", hz=OTHER_AGENT_HZ, sequence=LOW) as other_phone,
    ):
        await _register(heard, phone, other_phone)
        agent = await interaction.rings_at(phone, hz=AGENT_HZ)
        interaction.connect(agent)
        await interaction.record()
        await interaction.talk(agent)
        for party, hz in ((phone, AGENT_HZ), (other_phone, OTHER_AGENT_HZ)):
            await interaction.driver.stop()
            interaction.heard = Heard()
            interaction.driver = await started(switch, interaction.heard)
            connected = await interaction.heard.wait(events.SwitchConnected)
            assert {leg.leg: leg.bridge for leg in connected.legs}[interaction.customer.leg] == interaction.id
            assert connected.bridges == (interaction.id,)
            await interaction.leave(agent)
            agent = await interaction.rings_at(party, hz=hz)
            interaction.connect(agent)
            await interaction.talk(agent)
        await interaction.end()
        await interaction.driver.stop()


async def test_a_third_who_joins_hears_both_and_is_heard_by_both(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async with (
        called(driver, heard, new_phone, switch, ALAW) as interaction,
        new_phone("1001", law=ULAW, hz=AGENT_HZ, sequence=HIGH) as phone,
        new_phone("1002", hz=SUPERVISOR_HZ, sequence=LOW) as supervisors_phone,
    ):
        await _register(heard, phone, supervisors_phone)
        agent = await interaction.rings_at(phone, hz=AGENT_HZ)
        interaction.connect(agent)
        await interaction.record()
        await interaction.talk(agent)
        supervisor = await interaction.rings_at(supervisors_phone, hz=SUPERVISOR_HZ)
        interaction.connect(agent, supervisor)
        await _all_hear([interaction.customer, agent, supervisor], share=0.2)
        driver.execute(commands.SendDigits(leg=interaction.customer.leg, digits="12#"))
        await _until(lambda: interaction.customer.call.media.digits == "12#")
        assert not agent.call.media.digits + supervisor.call.media.digits, "keys go to whom they are sent only"
        driver.execute(commands.Disconnect(bridge=interaction.id, leg=supervisor.leg))
        await interaction.talk(agent)
        await interaction.end()


async def _register(heard: Heard, *phones: Telephone) -> None:
    for phone in phones:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device=phone.user)


async def _all_hear(parties: list[Party], share: float = 0.5) -> None:
    """Each hears each other's tone, mixed as they may be."""
    await _until(
        lambda: all(
            listener.call.media.hears(speaker.hz, share=share)
            for listener in parties
            for speaker in parties
            if speaker is not listener
        )
    )


async def _until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "did not come about in time"
        await asyncio.sleep(0.05)
