"""What `callbase up` tells its processes: internal ports, the internal token, the database. One file, `run/runtime.json`.

Any process of the installation (engine, web, worker, a command typed by hand) reads it; of several machines
each has its own (`callbase.platform.machines`). Ports are kept from run to run unless another program has taken them.
"""

from __future__ import annotations

from pathlib import Path

import msgspec


class SwitchNode(msgspec.Struct, frozen=True, kw_only=True):
    """One Asterisk."""

    name: str
    ari_host: str = "127.0.0.1"
    ari_port: int
    """Asterisk's HTTP: ARI at /ari, SIP over WebSocket at /ws."""
    ami_port: int
    """Asterisk's manager interface, for what ARI lacks (MixMonitor, PJSIPNotify). User and password are ARI's."""
    sip_host: str = "127.0.0.1"
    sip_port: int
    """SIP over UDP, as the other nodes reach it."""


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    database_url: str
    """postgresql://user:password@host:port/name"""
    link_host: str = "127.0.0.1"
    link_port: int
    """The first engine's link."""
    standby_links: tuple[str, ...] = ()
    """The links of the second engine and further ones, as host:port."""
    internal_token: str
    """Opens the engine's link and signs what processes tell each other."""
    secret_key: str
    """Django's SECRET_KEY."""
    ari_host: str = "127.0.0.1"
    ari_port: int
    ari_user: str = "callbase"
    ari_password: str
    ami_port: int
    node: str = "a"
    """Name of the first switch node."""
    sip_host: str = "127.0.0.1"
    sip_port: int = 5060
    further_nodes: tuple[SwitchNode, ...] = ()
    """ARI's user and password are the same on all."""
    csta_metrics_port: int = 0
    """Where the CSTA process says what it counts; 0: nowhere."""
    postgres_port: int = 0
    """The embedded PostgreSQL's; kept here too, so that it survives a run with CALLBASE_DATABASE_URL set."""
    postgres_password: str = ""

    def links(self) -> tuple[tuple[str, int], ...]:
        """Host and port of each engine's link, the first's first."""
        others = (link.rpartition(":") for link in self.standby_links)
        return ((self.link_host, self.link_port), *((host, int(port)) for host, _, port in others))

    @property
    def nodes(self) -> tuple[SwitchNode, ...]:
        """All of the switch, the first one first."""
        first = SwitchNode(
            name=self.node,
            ari_host=self.ari_host,
            ari_port=self.ari_port,
            ami_port=self.ami_port,
            sip_host=self.sip_host,
            sip_port=self.sip_port,
        )
        return (first, *self.further_nodes)


class NotRunning(RuntimeError):
    """There is no runtime.json: `callbase up` has not prepared this CALLBASE_HOME."""


class DatabaseUnreachable(RuntimeError):
    """No connection to the database; the message says why and where to look."""


def runtime_file(home: Path) -> Path:
    return home / "run" / "runtime.json"


def read_runtime(home: Path) -> Runtime:
    """Raises NotRunning where the installation was never prepared."""
    try:
        return msgspec.json.decode(runtime_file(home).read_bytes(), type=Runtime)
    except FileNotFoundError:
        raise NotRunning(f"{home} has not been prepared; run `callbase up` (or `make run`) first") from None


def write_runtime(home: Path, runtime: Runtime) -> None:
    write_runtime_file(runtime_file(home), runtime)


def write_runtime_file(target: Path, runtime: Runtime) -> None:
    """Atomic; readable by the owner only."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(runtime)))
    temporary.replace(target)
