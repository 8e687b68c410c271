"""The configuration Asterisk is given: complete, quiet, and safe to repeat."""

from __future__ import annotations

import http.client
import stat
from pathlib import Path

import msgspec
import pytest

from callbase.core import events
from callbase.platform.asterisk import AsteriskInstallation, configure, ready
from callbase.platform.environment import SettingInvalid
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.telephony import centre
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch, new_switch
from tests.telephony.tones import read_wav


def test_asterisk_starts_without_a_warning(switch: RunningSwitch) -> None:
    assert not [line for line in switch.log.splitlines() if "WARNING" in line or "ERROR" in line]


async def test_a_browser_telephone_and_a_trunk_with_everything_are_accepted(
    driver: AsteriskDriver, heard: Heard, switch: RunningSwitch
) -> None:
    config = centre.config("1001")
    tenant = config.tenants["demo"]
    devices = {**tenant.devices, "1001-web": centre.device("1001-web", "browser")}
    await driver.provision(msgspec.structs.replace(config, tenants={"demo": msgspec.structs.replace(tenant, devices=devices)}))
    assert await websocket_accepted(switch)
    assert "ERROR" not in switch.log


async def websocket_accepted(switch: RunningSwitch) -> bool:
    """Whether Asterisk takes SIP over WebSocket (RFC 7118) where the web process expects it."""
    connection = http.client.HTTPConnection(switch.runtime.ari_host, switch.runtime.ari_port, timeout=5)
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "sip",
    }
    connection.request("GET", "/ws", headers=headers)
    response = connection.getresponse()
    return response.status == 101 and response.getheader("Sec-WebSocket-Protocol") == "sip"


def test_secrets_are_the_owners_alone(switch: RunningSwitch) -> None:
    etc = switch.environment.home / "asterisk" / "etc"
    for name in ("ari.conf", "manager.conf"):
        assert stat.S_IMODE((etc / name).stat().st_mode) == 0o600


def test_a_home_whose_name_asterisk_cannot_bear_is_refused(installation: AsteriskInstallation, tmp_path: Path) -> None:
    switch = new_switch(tmp_path / "a,b", installation)
    with pytest.raises(SettingInvalid, match="CALLBASE_HOME"):
        configure(switch.environment, switch.runtime, installation)


def test_nothing_that_does_not_answer_is_ready(installation: AsteriskInstallation, tmp_path: Path) -> None:
    assert not ready(new_switch(tmp_path, installation).runtime)


def test_the_music_is_soft_and_has_no_seam(switch: RunningSwitch) -> None:
    tune = read_wav(switch.environment.home / "asterisk" / "music" / "default" / "callbase.wav")
    assert 20 < len(tune) / 8000 < 40
    assert 0.1 < abs(tune).max() < 0.3
    assert abs(tune[0] - tune[-1]) < 0.05


async def test_two_switches_run_side_by_side(
    driver: AsteriskDriver, heard: Heard, installation: AsteriskInstallation, tmp_path: Path
) -> None:
    other = new_switch(tmp_path, installation)
    other.start()
    also_heard = Heard()
    other_driver = AsteriskDriver(other.environment, other.runtime)
    await other_driver.start(also_heard)
    await also_heard.wait(events.SwitchConnected)
    assert not heard.all(events.SwitchLost)
    await other_driver.stop()
    other.stop()
