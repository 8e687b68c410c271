"""What is rendered for a Kamailio before the nodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callbase.cli import main
from callbase.core.config import Config, Tenant, Trunk
from callbase.platform.environment import SettingInvalid, read_environment
from callbase.platform.runtime import SwitchNode
from callbase.switch.asterisk.kamailio import TrunkUnknown, render
from callbase.switch.asterisk.objects import ENDPOINT, IDENTIFY
from callbase.switch.asterisk.provisioning import desired
from callbase.switch.asterisk.proxy import SipProxy

NODES = (
    SwitchNode(name="a", ari_port=1, ami_port=2, sip_host="10.0.0.11", sip_port=5060),
    SwitchNode(name="b", ari_port=1, ami_port=2, sip_host="10.0.0.12", sip_port=5070),
)


PROXY = SipProxy("203.0.113.10", 5060, "secret")


def config(**trunks: Trunk) -> Config:
    return Config(version=1, tenants={"acme": Tenant(id="acme", name="Acme", trunks=trunks)})


def rendered(config: Config, found: dict[str, list[str]] | None = None) -> dict[str, str]:
    def resolve(host: str) -> list[str]:
        if host not in (found or {}):
            raise OSError(-2, "Name or service not known")
        return (found or {})[host]

    return render(Path("/etc/kamailio"), PROXY, NODES, config, resolve)


def test_it_knows_all_nodes_and_what_each_trunk_is_known_by() -> None:
    files = rendered(
        config(
            first=Trunk(id="first", match=("198.51.100.7", "198.51.100.64/28")),
            second=Trunk(id="second", host="sip.carrier.example"),
            out_only=Trunk(id="out_only"),
        ),
        {"sip.carrier.example": ["192.0.2.1", "2001:db8::1"]},
    )
    assert files["dispatcher.list"] == "1 sip:10.0.0.11:5060\n1 sip:10.0.0.12:5070\n"
    first, second = (PROXY.mark("acme", name) for name in ("first", "second"))
    assert files["address.list"].splitlines() == [
        f"1 198.51.100.7 32 0 {first}",
        f"1 198.51.100.64 28 0 {first}",
        f"1 192.0.2.1 32 0 {second}",
        f"1 2001:db8::1 128 0 {second}",
    ]
    assert "listen=udp:203.0.113.10:5060" in files["kamailio.cfg"]
    assert '"/etc/kamailio/address.list"' in files["kamailio.cfg"]


def test_a_host_nobody_knows_is_named_with_its_trunk() -> None:
    with pytest.raises(TrunkUnknown, match=r"acme/second: nowhere\.example has no address: Name or service not known"):
        rendered(config(second=Trunk(id="second", host="nowhere.example")))


def test_only_the_installations_own_proxy_can_say_which_trunk_it_is() -> None:
    other = SipProxy(PROXY.host, PROXY.port, "another secret")
    assert len({PROXY.mark("acme", "a"), PROXY.mark("acme", "b"), PROXY.mark("other", "a"), other.mark("acme", "a")}) == 4

    def objects(proxy: SipProxy | None, **more: Any) -> dict[str, dict[str, str]]:
        trunk = Trunk(id="a", host="198.51.100.7", **more)
        return {kind: dict(fields) for kind, fields in desired(config(a=trunk), "", str, 30, proxy)["trunk.acme.a"]}

    behind, alone = objects(PROXY), objects(None)
    assert behind[IDENTIFY]["match_header"] == f"Callbase-Trunk: {PROXY.mark('acme', 'a')}"
    assert behind[ENDPOINT]["outbound_proxy"] == "sip:203.0.113.10:5060;lr"
    assert "match_header" not in alone[IDENTIFY] and "outbound_proxy" not in alone[ENDPOINT]
    assert "outbound_proxy" not in objects(PROXY, register=True, username="u")[ENDPOINT], "its carrier knows the nodes"


@pytest.mark.parametrize("value", ["5060", "proxy:5060", "203.0.113.10", "203.0.113.10:0", "203.0.113.10:sip", "0:5060"])
def test_where_it_listens_must_be_an_address_and_a_port(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, value: str
) -> None:
    monkeypatch.setenv("CALLBASE_SIP_PROXY", value)
    with pytest.raises(SettingInvalid, match="CALLBASE_SIP_PROXY"):
        read_environment()
    assert main(["kamailio-config", str(tmp_path)]) == 2
    assert "CALLBASE_SIP_PROXY" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
