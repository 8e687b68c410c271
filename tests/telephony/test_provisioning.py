"""Telephones and trunks come and go while the switch runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from callbase.core import events
from callbase.core.config import Trunk
from callbase.switch.asterisk.client import AriClient
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.telephone import Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch

NewPhone = Callable[..., Telephone]


async def test_registering_and_unregistering_are_reported(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: NewPhone
) -> None:
    async with new_phone("1001") as phone:
        await phone.register()
        registered = await heard.wait(events.DeviceRegistered, device="1001")
        assert phone.here in registered.contact
        await phone.register(expires_s=0)
        await heard.wait(events.DeviceUnregistered, device="1001")
    assert "ERROR" not in switch.log


async def test_a_wrong_password_is_refused_and_not_reported(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with new_phone("1001", password="wrong") as phone:
        with pytest.raises(AssertionError, match="401"):
            await phone.register()
    assert not heard.all(events.DeviceRegistered)


async def test_a_telephone_added_later_registers_without_a_restart_and_one_removed_cannot(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1003") as newcomer, new_phone("1002") as leaver:
        with pytest.raises(AssertionError, match=r"40[134]"):
            await newcomer.register()
        await leaver.register()
        await driver.provision(centre.config("1001", "1003", version=2))
        await newcomer.register()
        await heard.wait(events.DeviceRegistered, device="1003")
        with pytest.raises(AssertionError, match=r"40[134]"):
            await leaver.register()


async def test_a_changed_password_holds_at_once_and_the_others_stay_registered(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    config = centre.config("1001", "1002", version=2)
    tenant = config.tenants["demo"]
    changed = msgspec.structs.replace(tenant.devices["1001"], ha1=centre.sealed_ha1("1001", "another"))
    config = msgspec.structs.replace(
        config, tenants={"demo": msgspec.structs.replace(tenant, devices={**tenant.devices, "1001": changed})}
    )
    async with new_phone("1002") as other, new_phone("1001", password="another") as phone:
        await other.register()
        await driver.provision(config)
        await phone.register()
        assert not heard.all(events.DeviceUnregistered)


async def test_an_agents_telephone_on_the_trunks_address_is_known_by_its_name(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    """Both send from 127.0.0.1, which the trunk matches; the agent's call is challenged, which this telephone cannot answer."""
    async with new_phone("1001") as phone:
        call = await phone.call(DID)
        await call.wait_ended()
        assert call.status == 401
    assert not heard.all(events.CallOffered)


async def test_a_trunk_that_is_removed_takes_no_more_calls(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    await driver.provision(centre.config("1001", version=2, trunks={"other": Trunk(id="other", match=("127.0.0.9",))}))
    async with new_phone(CUSTOMER) as customer:
        call = await customer.call(DID)
        await call.wait_ended()
        assert call.status == 401
    assert not heard.all(events.CallOffered)


async def test_a_trunk_that_is_to_call_out_only_takes_no_more_calls(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    await driver.provision(centre.config("1001", version=2, trunks={"demo-trunk": Trunk(id="demo-trunk")}))
    async with new_phone(CUSTOMER) as customer:
        call = await customer.call(DID)
        await call.wait_ended()
        assert call.status == 401
    assert not heard.all(events.CallOffered)


async def test_a_trunk_registers_where_it_is_told_to(driver: AsteriskDriver, heard: Heard, switch: RunningSwitch) -> None:
    registered = asyncio.Event()
    host, port = await registrar(registered)
    trunk = Trunk(id="carrier", host=host, port=port, username="account", password=centre.sealed("secret"), register=True)
    await driver.provision(centre.config("1001", version=2, trunks={"carrier": trunk}))
    await asyncio.wait_for(registered.wait(), 10)


async def registrar(registered: asyncio.Event) -> tuple[str, int]:
    """A carrier's SIP server that challenges, and accepts an answer to its challenge from `account`."""
    from benchmarks.sip.message import response
    from benchmarks.sip.transport import open_socket

    def on_request(request, far) -> None:  # type: ignore[no-untyped-def]
        if request.method != "REGISTER":
            return
        if 'username="account"' in request.get("authorization"):
            sip.respond(request, response(request, 200, "tag"), far)
            registered.set()
        else:
            challenge = ("www-authenticate", 'Digest realm="carrier", nonce="n1", algorithm=MD5')
            sip.respond(request, response(request, 401, "tag", challenge), far)

    sip = await open_socket(on_request)
    return sip.address


async def test_callers_numbers_are_still_known_after_the_same_configuration_came_again_and_after_a_changed_one(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, new_phone: NewPhone
) -> None:
    for match in (("127.0.0.1",), ("127.0.0.1", "192.0.2.9")):
        await driver.stop()
        driver = AsteriskDriver(switch.environment, switch.runtime)
        await driver.provision(centre.config("1001", "1002", trunks={"demo-trunk": Trunk(id="demo-trunk", match=match)}))
        again = Heard()
        await driver.start(again)
        await again.wait(events.SwitchConnected)
        async with new_phone(CUSTOMER) as customer:
            await customer.call(DID)
            assert (await again.wait(events.CallOffered)).caller_number == CUSTOMER
    await driver.stop()


async def test_what_is_changed_over_and_over_stays_listed(driver: AsteriskDriver, switch: RunningSwitch) -> None:
    """Asterisk takes a deleted endpoint off its list a moment later: one made anew in that moment must not go with it."""
    client = AriClient(switch.runtime.ari_host, switch.runtime.ari_port, switch.runtime.ari_user, switch.runtime.ari_password)
    for number in range(50):
        trunks = {"demo-trunk": Trunk(id="demo-trunk", match=("127.0.0.1", f"192.0.2.{number}"))}
        await driver.provision(centre.config("1001", "1002", version=number + 2, trunks=trunks))
        await asyncio.sleep(0.02)
        listed = [endpoint["resource"] for endpoint in await client.request("GET", "/endpoints/PJSIP")]
        assert "trunk.demo.demo-trunk" in listed
    client.close()


async def test_a_driver_that_comes_back_finds_its_objects_and_neither_sends_any_again_nor_asks_for_each(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await driver.stop()
    sent: list[str] = []
    request = AriClient.request

    async def spy(self: AriClient, method: str, path: str, **rest: object) -> object:
        if "config/dynamic" in path:
            sent.append(f"{method} {path}")
        return await request(self, method, path, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(AriClient, "request", spy)
    successor = AsteriskDriver(switch.environment, switch.runtime)
    await successor.provision(centre.config("1001", "1002"))
    again = Heard()
    await successor.start(again)
    await again.wait(events.SwitchConnected)
    assert sent == []
    await successor.stop()
