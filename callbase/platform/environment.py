"""Where this installation lives and which ports it uses, from the environment. The one place that reads CALLBASE_* variables."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from callbase.platform import servers
from callbase.platform.mail import MailServer, read_mail_server
from callbase.platform.pbx import Pbx, read_pbx

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


MOST_ENGINES = 8
MOST_NODES = 8
MOST_MONTHS = 1_200
RTP_PORTS_A_NODE = 8
"""Two calls' worth, audio and RTCP: fewer are no node."""
LAST_PORT = 65535
LOOPBACK = ("127.0.0.0/8", "::1")


class SettingInvalid(ValueError):
    """A CALLBASE_* variable has a value that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings of one installation. Two with different values run side by side on one machine."""

    home: Path
    """CALLBASE_HOME: database, recordings, prompts, logs, run-time files. Default ./var of the checkout."""
    http_port: int
    sip_port: int
    rtp_first: int
    rtp_last: int
    bind: str
    database_url: str | None
    """CALLBASE_DATABASE_URL, of one server or of a primary and its replicas; None: the embedded PostgreSQL."""
    demo_password: str | None
    private_asterisk: bool = False
    """CALLBASE_ASTERISK=private: callbase's own Asterisk even where one is on PATH."""
    recording_min_free_mb: int = 50
    """CALLBASE_RECORDING_MIN_FREE_MB: no recording is begun with less space left on the disk."""
    media_timeout_s: int = 30
    """CALLBASE_MEDIA_TIMEOUT_S: a desk phone that sends no audio for so long in a call counts as gone; 0: never."""
    trusted_proxies: tuple[str, ...] = LOOPBACK
    """CALLBASE_TRUSTED_PROXIES: addresses and networks whose X-Forwarded-Proto and X-Forwarded-For are believed."""
    journal_days: int = 30
    """CALLBASE_JOURNAL_DAYS: how long entries of the engine's journal are kept."""
    history_months: int = 0
    """CALLBASE_HISTORY_MONTHS: how many months before this one facts, interactions and recordings are kept; 0: all."""
    backup_to: str | None = None
    """CALLBASE_BACKUP_TO: restic's repository, a folder or sftp:…, s3:…; None: no backups."""
    backup_password_file: Path | None = None
    """CALLBASE_BACKUP_PASSWORD_FILE: what encrypts them."""
    backup_at: time | None = None
    """CALLBASE_BACKUP_AT: when the worker makes one each day, HH:MM by the machine's clock; None: only by hand."""
    backup_days: int = 30
    """CALLBASE_BACKUP_DAYS: how long each is kept."""
    lines_port: int | None = None
    """CALLBASE_LINES_PORT: the link as lines over TCP; None: not offered."""
    csta_port: int | None = None
    """CALLBASE_CSTA_PORT: where CSTA is offered to other makers' programs; None: nowhere."""
    csta_token: str = ""
    """CALLBASE_CSTA_TOKEN: the API token of CSTA programs that bring none of their own; empty: they are refused."""
    csta_certificate: Path | None = None
    """CALLBASE_CSTA_CERTIFICATE: PEM file with certificate and key; CSTA then comes over TLS only."""
    metrics_token: str = ""
    """CALLBASE_METRICS_TOKEN: opens /metrics to other machines; empty: to this one only."""
    webhook_networks: tuple[str, ...] = ()
    """CALLBASE_WEBHOOK_NETWORKS: of the machine itself and its links, what alarms may be posted to; empty: nothing."""
    mail: MailServer | None = None
    """CALLBASE_SMTP_URL and CALLBASE_SMTP_FROM: what alarms are mailed by; None: they are not."""
    certificates: tuple[Path, ...] = ()
    """CALLBASE_CERTIFICATES: PEM files, of the TLS proxy say, whose ending is watched."""
    pbx: Pbx | None = None
    """CALLBASE_PBX and its companions: the other maker's switch with the agents' telephones; None: Asterisk is the switch."""

    engines: int = 1
    """CALLBASE_ENGINES: how many `callbase up` starts; one leads, the others stand by."""
    asterisk_nodes: int = 1
    """CALLBASE_ASTERISK_NODES: how many `callbase up` starts. Each has the SIP port after the one before it, and its share of the
    RTP ports."""
    sip_proxy: tuple[str, int] | None = None
    """CALLBASE_SIP_PROXY: address and port of the Kamailio before the nodes; None: trunks reach the nodes themselves."""

    @property
    def own_address(self) -> str:
        """Where this machine reaches what listens on `bind`."""
        return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.bind, self.bind)  # noqa: S104  (compared with)

    @property
    def sip_ports(self) -> tuple[int, ...]:
        """Of each node."""
        return tuple(range(self.sip_port, self.sip_port + self.asterisk_nodes))

    def rtp_ports(self, position: int) -> tuple[int, int]:
        """First and last of the node at that place, from 0."""
        share = (self.rtp_last - self.rtp_first + 1) // self.asterisk_nodes
        share -= share % 2 if self.asterisk_nodes > 1 else 0
        first = self.rtp_first + position * share
        return first, self.rtp_last if position == self.asterisk_nodes - 1 else first + share - 1

    @property
    def run_dir(self) -> Path:
        """Pid files, sockets and `runtime.json` (internal ports, internal token, database URL), written by `callbase up`."""
        return self.home / "run"

    @property
    def log_dir(self) -> Path:
        return self.home / "log"

    @property
    def recordings_dir(self) -> Path:
        return self.home / "recordings"

    @property
    def prompts_dir(self) -> Path:
        """Rendered speech, by content hash, and uploaded recordings."""
        return self.home / "prompts"


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, "") or str(default)
    if not text.isdigit() or not 0 < int(text) <= LAST_PORT:
        raise SettingInvalid(f"{name} must be a port number from 1 to {LAST_PORT}, not {text!r}")
    return int(text)


def _count(name: str, default: int) -> int:
    text = os.environ.get(name, "") or str(default)
    if not text.isdigit():
        raise SettingInvalid(f"{name} must be a whole number, 0 or more, not {text!r}")
    return int(text)


def _days(name: str, default: int) -> int:
    days = _count(name, default)
    if days < 1:
        raise SettingInvalid(f"{name} must be at least 1, not {days}")
    return days


def _months(name: str) -> int:
    months = _count(name, 0)
    if months > MOST_MONTHS:
        raise SettingInvalid(f"{name} must be at most {MOST_MONTHS}, not {months}")
    return months


def _several(name: str, most: int) -> int:
    number = _count(name, 1)
    if not 1 <= number <= most:
        raise SettingInvalid(f"{name} must be a number from 1 to {most}, not {number}")
    return number


def _nodes(sip_port: int, rtp_first: int, rtp_last: int) -> int:
    nodes = _several("CALLBASE_ASTERISK_NODES", MOST_NODES)
    if sip_port + nodes - 1 > LAST_PORT:
        raise SettingInvalid(f"CALLBASE_SIP_PORT must leave room for {nodes} nodes, one port after the other, and is {sip_port}")
    if nodes > 1 and rtp_last - rtp_first + 1 < nodes * RTP_PORTS_A_NODE:
        there = rtp_last - rtp_first + 1
        raise SettingInvalid(
            f"CALLBASE_RTP_PORTS must have {RTP_PORTS_A_NODE} ports for each of {nodes} nodes, not {there} in all"
        )
    return nodes


def _sip_proxy() -> tuple[str, int] | None:
    text = os.environ.get("CALLBASE_SIP_PROXY", "")
    if not text:
        return None
    host, _, port = text.partition(":")
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        host = ""
    if not host or not (port.isdigit() and 0 < int(port) <= LAST_PORT):
        raise SettingInvalid(f"CALLBASE_SIP_PROXY must be an address and a port such as 203.0.113.10:5060, not {text!r}")
    return host, int(port)


def _time_of_day(name: str) -> time | None:
    text = os.environ.get(name, "")
    if not text:
        return None
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  (a time of day, by the machine's clock)
    except ValueError:
        raise SettingInvalid(f"{name} must be a time of day such as 02:30, not {text!r}") from None


def _networks(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Comma-separated addresses and networks."""
    words = [word.strip() for word in os.environ.get(name, "").split(",")]
    for word in filter(None, words):
        try:
            ipaddress.ip_network(word)
        except ValueError:
            raise SettingInvalid(f"{name} must be addresses or networks such as 127.0.0.1,10.0.0.0/24, not {word!r}") from None
    return tuple(filter(None, words)) or default


def _database_url() -> str | None:
    url = os.environ.get("CALLBASE_DATABASE_URL") or None
    if url is None:
        return None
    try:
        parts = conninfo_to_dict(url)
        several = len(servers.each(url)) > 1
    except psycopg.ProgrammingError as error:
        raise SettingInvalid(f"CALLBASE_DATABASE_URL cannot be read: {' '.join(str(error).split())}") from None
    if several and parts.get("target_session_attrs") != "read-write":
        raise SettingInvalid(
            "CALLBASE_DATABASE_URL names several servers and must end in target_session_attrs=read-write, "
            "so that the one is used that takes writes"
        )
    return url


def _mail() -> MailServer | None:
    try:
        return read_mail_server(os.environ)
    except ValueError as error:
        raise SettingInvalid(str(error)) from None


def _pbx() -> Pbx | None:
    try:
        return read_pbx(os.environ)
    except ValueError as error:
        raise SettingInvalid(str(error)) from None


def read_environment() -> Environment:
    """The settings as the environment gives them. Raises SettingInvalid naming the variable that is wrong."""
    certificate = os.environ.get("CALLBASE_CSTA_CERTIFICATE", "")
    backup_password = os.environ.get("CALLBASE_BACKUP_PASSWORD_FILE", "")
    rtp = os.environ.get("CALLBASE_RTP_PORTS", "") or "10000-10999"
    first, dash, last = rtp.partition("-")
    sip_port = _port("CALLBASE_SIP_PORT", 5060)
    if not (dash and first.isdigit() and last.isdigit() and 0 < int(first) < int(last) < 65536):
        raise SettingInvalid(f"CALLBASE_RTP_PORTS must be a range such as 10000-10999, not {rtp!r}")
    return Environment(
        home=Path(os.environ.get("CALLBASE_HOME", "") or ROOT / "var").resolve(),
        http_port=_port("CALLBASE_HTTP_PORT", 8080),
        sip_port=sip_port,
        rtp_first=int(first),
        rtp_last=int(last),
        bind=os.environ.get("CALLBASE_BIND", "") or "127.0.0.1",
        database_url=_database_url(),
        demo_password=os.environ.get("CALLBASE_DEMO_PASSWORD") or None,
        private_asterisk=os.environ.get("CALLBASE_ASTERISK") == "private",
        recording_min_free_mb=_count("CALLBASE_RECORDING_MIN_FREE_MB", 50),
        media_timeout_s=_count("CALLBASE_MEDIA_TIMEOUT_S", 30),
        trusted_proxies=_networks("CALLBASE_TRUSTED_PROXIES", LOOPBACK),
        webhook_networks=_networks("CALLBASE_WEBHOOK_NETWORKS", ()),
        journal_days=_count("CALLBASE_JOURNAL_DAYS", 30),
        history_months=_months("CALLBASE_HISTORY_MONTHS"),
        csta_port=_port("CALLBASE_CSTA_PORT", 0) if os.environ.get("CALLBASE_CSTA_PORT") else None,
        csta_token=os.environ.get("CALLBASE_CSTA_TOKEN", ""),
        csta_certificate=Path(certificate).resolve() if certificate else None,
        backup_to=os.environ.get("CALLBASE_BACKUP_TO") or None,
        backup_password_file=Path(backup_password).resolve() if backup_password else None,
        backup_at=_time_of_day("CALLBASE_BACKUP_AT"),
        backup_days=_days("CALLBASE_BACKUP_DAYS", 30),
        mail=_mail(),
        certificates=tuple(Path(name.strip()) for name in os.environ.get("CALLBASE_CERTIFICATES", "").split(",") if name.strip()),
        metrics_token=os.environ.get("CALLBASE_METRICS_TOKEN", ""),
        pbx=_pbx(),
        engines=_several("CALLBASE_ENGINES", MOST_ENGINES),
        asterisk_nodes=_nodes(sip_port, int(first), int(last)),
        sip_proxy=_sip_proxy(),
        lines_port=_port("CALLBASE_LINES_PORT", 0) if os.environ.get("CALLBASE_LINES_PORT") else None,
    )
