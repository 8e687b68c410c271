"""The telephony harness: a private Asterisk made and configured by the product, real SIP, real audio.

Fixtures
    installation    the Asterisk tree of the per-user cache (fetched first, about 20 s, where it is not there yet)
    switch          a running Asterisk on free ports, shared by a test module; `switch.environment`, `switch.runtime`,
                    `switch.sip_address`, `switch.kill()`, `switch.start()`, `switch.log`
    heard           what the driver under test reported: `await heard.wait(LegAnswered, leg=…)`, `heard.all(…)`
    driver          an AsteriskDriver connected to `switch`, provisioned with `centre.config("1001", "1002")`
    new_phone       a factory of telephones: `async with new_phone("1001", hz=800) as phone: await phone.register()`;
                    without a password it is a caller on the trunk, e.g. `new_phone(CUSTOMER, hz=500)`

Helpers
    tests.telephony.switch     RunningSwitch, new_switch(home, installation), free_ports, free_rtp_range
    tests.telephony.centre     the configuration, PASSWORD, DID, CUSTOMER
    tests.telephony.sipp       SIPp as an independent peer: `Sipp(switch.sip_address).call(…)`, `.registered(…)`
    tests.telephony.tones      tones in WAV files: `assert_tone(file, hz)`, `read_wav`, `write_tone`
    tests.system.telephone     the telephone itself (register, call, answer, reject, press, hold, hang up; `call.media`
                               speaks a tone and knows what it hears)

For tests of the whole platform start it under the environment of `new_switch`, and point telephones at its SIP address.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callbase.core import events
from callbase.platform.asterisk import AsteriskInstallation, cache_dir, find_or_make_tree
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.telephone import Telephone
from tests.telephony import centre
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch, new_switch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("telephony")


@pytest.fixture(scope="session")
def installation() -> AsteriskInstallation:
    return find_or_make_tree(cache_dir(), print)


@pytest.fixture(scope="module")
def switch(installation: AsteriskInstallation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSwitch]:
    running = new_switch(tmp_path_factory.mktemp("switch"), installation)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def driver(switch: RunningSwitch, heard: Heard) -> AsyncIterator[AsteriskDriver]:
    """What it left on the switch is cleared away after the test."""
    made = AsteriskDriver(switch.environment, switch.runtime)
    await made.provision(centre.config("1001", "1002"))
    await made.start(heard)
    await heard.wait(events.SwitchConnected)
    yield made
    await hang_up_all(switch)
    await made.stop()


async def hang_up_all(switch: RunningSwitch) -> None:
    """Clears the switch of channels and bridges."""
    client = AriClient(switch.runtime.ari_host, switch.runtime.ari_port, switch.runtime.ari_user, switch.runtime.ari_password)
    try:
        for kind in ("channels", "bridges"):
            for each in await client.request("GET", f"/{kind}"):
                try:
                    await client.request("DELETE", f"/{kind}/{each['id']}")
                except AriError:
                    pass  # gone by itself
    finally:
        client.close()


@pytest.fixture
def new_phone(switch: RunningSwitch) -> Callable[..., Telephone]:
    def new(user: str, *, password: str = centre.PASSWORD, **habits: Any) -> Telephone:
        return Telephone(user, switch.sip_address, password, **habits)

    return new
