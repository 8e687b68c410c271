from __future__ import annotations

from pathlib import Path

import pytest

from callbase.platform.environment import ROOT, SettingInvalid, read_environment


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HOME",
        "HTTP_PORT",
        "SIP_PORT",
        "RTP_PORTS",
        "BIND",
        "DATABASE_URL",
        "DEMO_PASSWORD",
        "TRUSTED_PROXIES",
        "WEBHOOK_NETWORKS",
        "MEDIA_TIMEOUT_S",
        "CSTA_PORT",
        "CSTA_TOKEN",
        "CSTA_CERTIFICATE",
        "PBX",
        "PBX_CA",
        "PBX_PILOTS",
        "PBX_TOKEN",
        "PBX_TRUNK",
    ):
        monkeypatch.delenv(f"CALLBASE_{name}", raising=False)


def test_without_variables_the_defaults_of_the_handbook_hold() -> None:
    environment = read_environment()
    assert environment.home == ROOT / "var"
    assert (environment.http_port, environment.sip_port) == (8080, 5060)
    assert (environment.rtp_first, environment.rtp_last) == (10000, 10999)
    assert environment.bind == "127.0.0.1"
    assert environment.database_url is None
    assert environment.demo_password is None
    assert environment.media_timeout_s == 30
    assert environment.csta_port is None
    assert environment.pbx is None
    assert environment.trusted_proxies == ("127.0.0.0/8", "::1")


def test_a_relative_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLBASE_HOME", "centre")
    assert read_environment().home == tmp_path / "centre"


def test_a_url_of_several_servers_must_seek_the_one_that_takes_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://u:p@a,b/callbase"
    monkeypatch.setenv("CALLBASE_DATABASE_URL", url)
    with pytest.raises(SettingInvalid, match=r"CALLBASE_DATABASE_URL .* target_session_attrs=read-write"):
        read_environment()
    monkeypatch.setenv("CALLBASE_DATABASE_URL", f"{url}?target_session_attrs=read-write")
    assert read_environment().database_url == f"{url}?target_session_attrs=read-write"
    monkeypatch.setenv("CALLBASE_DATABASE_URL", "postgresql://a/b?no_such=1")
    with pytest.raises(SettingInvalid, match="CALLBASE_DATABASE_URL cannot be read"):
        read_environment()


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBASE_HTTP_PORT", "")
    monkeypatch.setenv("CALLBASE_DATABASE_URL", "")
    assert read_environment().http_port == 8080
    assert read_environment().database_url is None


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80.5", " 80"])
def test_an_impossible_port_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("CALLBASE_SIP_PORT", port)
    with pytest.raises(SettingInvalid, match="CALLBASE_SIP_PORT"):
        read_environment()


@pytest.mark.parametrize("ports", ["10000", "10999-10000", "10000-", "-10999", "10000-70000", "a-b", "10000-10000"])
def test_an_impossible_rtp_range_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, ports: str) -> None:
    monkeypatch.setenv("CALLBASE_RTP_PORTS", ports)
    with pytest.raises(SettingInvalid, match="CALLBASE_RTP_PORTS"):
        read_environment()


def test_trusted_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBASE_TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16,fd00::1")
    assert read_environment().trusted_proxies == ("10.0.0.5", "10.1.0.0/16", "fd00::1")


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.5/24", "10.0.0.300"])
def test_a_proxy_that_is_no_address_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, proxies: str) -> None:
    monkeypatch.setenv("CALLBASE_TRUSTED_PROXIES", proxies)
    with pytest.raises(SettingInvalid, match="CALLBASE_TRUSTED_PROXIES"):
        read_environment()


def test_how_many_months_are_kept_is_a_number_within_reason_and_all_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLBASE_HISTORY_MONTHS", raising=False)
    assert read_environment().history_months == 0
    monkeypatch.setenv("CALLBASE_HISTORY_MONTHS", "24")
    assert read_environment().history_months == 24
    for value in ("-1", "a year", "1201"):
        monkeypatch.setenv("CALLBASE_HISTORY_MONTHS", value)
        with pytest.raises(SettingInvalid, match="CALLBASE_HISTORY_MONTHS"):
            read_environment()


def test_csta_is_offered_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBASE_CSTA_PORT", "1050")
    assert read_environment().csta_port == 1050
    monkeypatch.setenv("CALLBASE_CSTA_PORT", "many")
    with pytest.raises(SettingInvalid, match="CALLBASE_CSTA_PORT"):
        read_environment()


@pytest.mark.parametrize(("bind", "address"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("10.0.0.7", "10.0.0.7")])
def test_own_processes_find_what_listens_on_all_addresses(monkeypatch: pytest.MonkeyPatch, bind: str, address: str) -> None:
    monkeypatch.setenv("CALLBASE_BIND", bind)
    assert read_environment().own_address == address


def test_the_switch_of_another_maker_is_named_with_where_calls_wait_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBASE_PBX", "csta+tls://pbx.example:3210")
    monkeypatch.setenv("CALLBASE_PBX_PILOTS", "sales=4008001234, 7000")
    monkeypatch.setenv("CALLBASE_PBX_TOKEN", "cb_secret")
    monkeypatch.setenv("CALLBASE_PBX_TRUNK", "demo/lines")
    pbx = read_environment().pbx
    assert pbx is not None
    assert (pbx.host, pbx.port, pbx.tls, pbx.token) == ("pbx.example", 3210, True, "cb_secret")
    assert pbx.pilots == {"sales": "4008001234", "7000": "7000"}
    assert (pbx.tenant, pbx.trunk) == ("demo", "lines")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLBASE_PBX", "pbx.example:3210"),
        ("CALLBASE_PBX", "csta://pbx.example"),
        ("CALLBASE_PBX", "csta://pbx.example:http"),
        ("CALLBASE_PBX", "https://pbx.example:3210"),
        ("CALLBASE_PBX_PILOTS", "sales=,support"),
        ("CALLBASE_PBX_PILOTS", "=4008001234"),
    ],
)
def test_a_switch_that_cannot_be_meant_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("CALLBASE_PBX", "csta://pbx.example:3210")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingInvalid, match=f"{name} must"):
        read_environment()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"CALLBASE_ASTERISK_NODES": "0"}, "CALLBASE_ASTERISK_NODES"),
        ({"CALLBASE_ASTERISK_NODES": "two"}, "CALLBASE_ASTERISK_NODES"),
        ({"CALLBASE_ASTERISK_NODES": "9"}, "CALLBASE_ASTERISK_NODES"),
        ({"CALLBASE_ASTERISK_NODES": "2", "CALLBASE_SIP_PORT": "65535"}, "CALLBASE_SIP_PORT"),
        ({"CALLBASE_ASTERISK_NODES": "2", "CALLBASE_RTP_PORTS": "10000-10014"}, "CALLBASE_RTP_PORTS"),
    ],
)
def test_so_many_nodes_as_there_are_ports_for(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], named: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingInvalid, match=named):
        read_environment()
    monkeypatch.setenv("CALLBASE_ASTERISK_NODES", "2")
    monkeypatch.setenv("CALLBASE_SIP_PORT", "5060")
    monkeypatch.setenv("CALLBASE_RTP_PORTS", "10000-10015")
    assert read_environment().sip_ports == (5060, 5061)
