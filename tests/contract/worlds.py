"""What stands at the far ends of a switch, the same for every driver: callers on the trunk, and telephones."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Protocol

from callbase.core.config import Trunk
from callbase.core.events import CallOffered, Cause
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.asterisk.names import HEARD_FOR_MS
from callbase.switch.base import SwitchDriver
from callbase.switch.csta.driver import CstaDriver
from callbase.switch.simulated import SimulatedDriver
from callbase.switch.simulated import Telephone as SimulatedTelephone
from tests.csta.pbx import NUMBER, PbxCentre
from tests.system.telephone import Call, Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch

MOBILE = "13700137000"
_SIP_STATUS: dict[Cause, int] = {"busy": 486, "rejected": 603}


class Caller(Protocol):
    """A customer who has dialled."""

    async def press(self, digits: str) -> None: ...

    async def hang_up(self) -> None: ...


class Mobile(Protocol):
    """A telephone in the network beyond the trunk."""

    async def press(self, leg: str, digits: str) -> None: ...


class World(Protocol):
    driver: SwitchDriver
    heard: Heard

    async def dial(self, **headers: str) -> Caller:
        """A customer calls the DID over the trunk. `headers`: more of the INVITE, `_` for `-`."""
        ...

    async def telephone(self, device: str, *, answers: bool = False, refuses: Cause | None = None, obeys: bool = False) -> None:
        """A registered telephone that answers at once, refuses, answers when told to (and is slow to ring), or only rings."""
        ...

    async def mobile(self) -> Mobile:
        """Answers at once at `MOBILE`, which the trunk leads to."""
        ...

    async def hang_up_telephone(self, leg: str) -> None:
        """The party of a leg that we called hangs up."""
        ...

    async def nobody_listens(self) -> None:
        """Stops the driver; returns once the switch knows it."""
        ...

    async def next_driver(self) -> SwitchDriver:
        """Stops the driver and starts another on the same switch, with `heard` new."""
        ...


class SimulatedWorld:
    def __init__(self) -> None:
        self._driver = SimulatedDriver(speech_ms=300)
        self.driver: SwitchDriver = self._driver
        self.heard = Heard()

    async def dial(self, **headers: str) -> Caller:
        leg = self._driver.far_end("dial", DID, caller=CUSTOMER, trunk="demo-trunk", headers=_named(headers))
        return _SimulatedCaller(self, leg)

    async def mobile(self) -> Mobile:
        self._driver.switch.telephones[MOBILE] = SimulatedTelephone(answers_after_ms=30)
        return _SimulatedMobile(self)

    def far_end(self, does: str, *args: object, **more: object) -> object:
        return self._driver.far_end(does, *args, **more)

    async def telephone(self, device: str, *, answers: bool = False, refuses: Cause | None = None, obeys: bool = False) -> None:
        self._driver.switch.telephones[device] = SimulatedTelephone(
            answers_after_ms=30 if answers else None, refuses=refuses, answers_when_told=obeys
        )
        self._driver.far_end("register", device)

    async def hang_up_telephone(self, leg: str) -> None:
        self._driver.far_end("hang_up", leg)

    async def nobody_listens(self) -> None:
        await self.driver.stop()

    async def next_driver(self) -> SwitchDriver:
        await self.driver.stop()
        successor = SimulatedDriver()
        successor.switch = self._driver.switch
        self.driver = self._driver = successor
        self.heard = Heard()
        await successor.start(self.heard)
        return successor


class _SimulatedCaller:
    def __init__(self, world: SimulatedWorld, leg: str) -> None:
        self._world, self._leg = world, leg

    async def press(self, digits: str) -> None:
        self._world.far_end("press", self._leg, digits)

    async def hang_up(self) -> None:
        self._world.far_end("hang_up", self._leg)


class _SimulatedMobile:
    def __init__(self, world: SimulatedWorld) -> None:
        self._world = world

    async def press(self, leg: str, digits: str) -> None:
        self._world.far_end("press", leg, digits)


class CstaWorld:
    """The driver speaks CSTA with a second callbase, whose switch is simulated."""

    def __init__(self, pbx: PbxCentre) -> None:
        self._pbx = pbx
        self.driver: SwitchDriver = CstaDriver(pbx.pbx)
        self.heard = Heard()

    async def dial(self, **headers: str) -> Caller:
        return _PbxCaller(self._pbx, self._pbx.call(NUMBER, caller=CUSTOMER, headers=_named(headers)))

    async def telephone(self, device: str, *, answers: bool = False, refuses: Cause | None = None, obeys: bool = False) -> None:
        self._pbx.sign_in(device, answers_after_ms=30 if answers else None, refuses=refuses, answers_when_told=obeys)

    async def mobile(self) -> Mobile:
        raise NotImplementedError("nothing leads to it: the driver has no trunks")

    async def hang_up_telephone(self, leg: str) -> None:
        for one in [*self._pbx.legs_of("1001"), *self._pbx.legs_of("1002")]:
            self._pbx.hang_up(one)

    async def nobody_listens(self) -> None:
        await self.driver.stop()

    async def next_driver(self) -> SwitchDriver:
        await self.driver.stop()
        self.driver = CstaDriver(self._pbx.pbx)
        self.heard = Heard()
        await self.driver.provision(centre.config("1001", "1002"))
        await self.driver.start(self.heard)
        return self.driver


class _PbxCaller:
    def __init__(self, pbx: PbxCentre, leg: str) -> None:
        self._pbx, self._leg = pbx, leg

    async def press(self, digits: str) -> None:
        self._pbx.press(self._leg, digits)

    async def hang_up(self) -> None:
        self._pbx.hang_up(self._leg)


class AsteriskWorld:
    def __init__(self, switch: RunningSwitch, stack: AsyncExitStack) -> None:
        self._switch = switch
        self._stack = stack
        self._phones: dict[str, Telephone] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.driver: SwitchDriver = AsteriskDriver(switch.environment, switch.runtime)
        self.heard = Heard()

    async def dial(self, **headers: str) -> Caller:
        customer = await self._stack.enter_async_context(Telephone(CUSTOMER, self._switch.sip_address, hz=500))
        return _SipCaller(await customer.call(DID, **headers))

    async def telephone(self, device: str, *, answers: bool = False, refuses: Cause | None = None, obeys: bool = False) -> None:
        phone = Telephone(
            device,
            self._switch.sip_address,
            centre.PASSWORD,
            hz=800,
            answer_after_s=0.0 if answers else None,
            ring_after_s=0.3 if obeys else 0.0,
            obeys=obeys,
        )
        self._phones[device] = await self._stack.enter_async_context(phone)
        await phone.register()
        if refuses is not None:
            task = asyncio.create_task(_refuse(phone, _SIP_STATUS[refuses]))
            self._tasks.add(task)

    async def mobile(self) -> Mobile:
        phone = Telephone(MOBILE, self._switch.sip_address, hz=800, answer_after_s=0.0)
        await self._stack.enter_async_context(phone)
        host, _, port = phone.here.rpartition(":")
        carrier = Trunk(id="demo-trunk", host=host, port=int(port), match=("127.0.0.1",))
        await self.driver.provision(centre.config("1001", "1002", trunks={"demo-trunk": carrier}))
        return _SipMobile(phone)

    async def hang_up_telephone(self, leg: str) -> None:
        for phone in self._phones.values():
            for call in phone.calls.values():
                call.hang_up()

    async def nobody_listens(self) -> None:
        await self.driver.stop()
        await asyncio.sleep(HEARD_FOR_MS / 1000)

    async def next_driver(self) -> SwitchDriver:
        await self.driver.stop()
        self.driver = AsteriskDriver(self._switch.environment, self._switch.runtime)
        self.heard = Heard()
        await self.driver.provision(centre.config("1001", "1002"))
        await self.driver.start(self.heard)
        return self.driver

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()


class _SipCaller:
    def __init__(self, call: Call) -> None:
        self._call = call

    async def press(self, digits: str) -> None:
        await self._call.wait_answered()
        await self._call.press(digits)

    async def hang_up(self) -> None:
        self._call.hang_up()


class _SipMobile:
    def __init__(self, phone: Telephone) -> None:
        self._phone = phone

    async def press(self, leg: str, digits: str) -> None:
        (call,) = self._phone.calls.values()
        await call.wait_answered()
        await call.press(digits)


async def _refuse(phone: Telephone, status: int) -> None:
    while True:
        (await phone.incoming.get()).reject(status)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def offered(world: World) -> str:
    """The leg of the next call that comes in."""
    count = len(world.heard.all(CallOffered)) + 1
    await world.dial()
    return (await world.heard.wait(CallOffered, count=count)).leg
