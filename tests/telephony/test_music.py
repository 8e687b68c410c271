"""Music of one's own on the real switch: heard as soon as it is configured, and by those of its tenant who are to hear it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from callbase.core import commands, events
from callbase.core.config import Config, Music
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.audio import RATE_HZ, Samples
from tests.system.telephone import Call, Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.tones import read_wav, write_tone

NewPhone = Callable[..., Telephone]
JAZZ_HZ, POP_HZ, LONG_S = 620.0, 820.0, 3.0


def with_music(switch: RunningSwitch, version: int, **tones: float) -> Config:
    """The configuration with these musics, each a tone."""
    music = {"empty": Music(id="empty")}
    for name, hz in tones.items():
        file = f"prompts/uploaded/demo/{name}-{version}"
        path = switch.environment.home / f"{file}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_tone(path, hz, LONG_S)
        music[name] = Music(id=name, file=file)
    config = centre.config("1001", "1002", version=version)
    return msgspec.structs.replace(config, tenants={"demo": msgspec.structs.replace(config.tenants["demo"], music=music)})


async def answered(driver: AsteriskDriver, heard: Heard, phone: Telephone) -> tuple[Call, str]:
    call = await phone.call(DID)
    leg = (await heard.wait(events.CallOffered, caller_number=phone.user)).leg
    driver.execute(commands.Answer(leg=leg))
    await call.wait_answered()
    return call, leg


def start(driver: AsteriskDriver, leg: str, music: str) -> None:
    driver.execute(commands.StartMusic(leg=leg, tenant="demo", music=music))


async def test_each_hears_the_music_meant_for_it_and_hears_it_on_when_it_is_over(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: NewPhone
) -> None:
    await driver.provision(with_music(switch, 2, jazz=JAZZ_HZ, pop=POP_HZ))
    async with new_phone(CUSTOMER) as first, new_phone("13900002222") as second:
        jazz, jazz_leg = await answered(driver, heard, first)
        pop, pop_leg = await answered(driver, heard, second)
        start(driver, jazz_leg, "jazz")
        start(driver, pop_leg, "pop")
        await jazz.media.wait_for_tone(JAZZ_HZ)
        await pop.media.wait_for_tone(POP_HZ)
        start(driver, pop_leg, "jazz")
        await pop.media.wait_for_tone(JAZZ_HZ)
        await pop.media.wait_for_tone(JAZZ_HZ, LONG_S + 1)
        for music in ("empty", "absent", "default"):
            start(driver, jazz_leg, "jazz")
            await jazz.media.wait_for_tone(JAZZ_HZ)
            start(driver, jazz_leg, music)
            await jazz.media.wait_for_sound(built_in(switch))


async def test_what_is_replaced_is_heard_by_the_next_and_played_on_to_who_hears_it(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: NewPhone
) -> None:
    await driver.provision(with_music(switch, 3, jazz=JAZZ_HZ))
    async with new_phone(CUSTOMER) as first, new_phone("13900002222") as second:
        before, leg = await answered(driver, heard, first)
        start(driver, leg, "jazz")
        await before.media.wait_for_tone(JAZZ_HZ)
        await driver.provision(with_music(switch, 4, jazz=POP_HZ))
        after, leg = await answered(driver, heard, second)
        start(driver, leg, "jazz")
        await after.media.wait_for_tone(POP_HZ)
        await before.media.wait_for_tone(JAZZ_HZ)


async def test_after_asterisks_restart_it_is_there_again(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: NewPhone
) -> None:
    await driver.provision(with_music(switch, 5, jazz=JAZZ_HZ))
    switch.kill()
    await heard.wait(events.SwitchLost)
    switch.start()
    await heard.wait(events.SwitchConnected, count=2)
    async with new_phone(CUSTOMER) as phone:
        call, leg = await answered(driver, heard, phone)
        start(driver, leg, "jazz")
        await call.media.wait_for_tone(JAZZ_HZ)


def built_in(switch: RunningSwitch) -> Samples:
    tune = read_wav(switch.environment.home / "asterisk" / "music" / "default" / "callbase.wav")
    return tune[: 8 * RATE_HZ]
