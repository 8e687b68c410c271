"""Before the first process starts: folders, secrets, internal ports. Secrets are drawn once, ports kept while they are free.

Of engines and switch nodes those of this machine come first in run/runtime.json and are prepared anew; those of other machines
(`callbase.platform.machines`, or a person, wrote them there) follow as they are. Where there are others, they know our ports.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from itertools import chain, repeat
from string import ascii_lowercase

import msgspec

from callbase.platform import asterisk, ports
from callbase.platform.environment import Environment
from callbase.platform.postgres import EmbeddedPostgres
from callbase.platform.runtime import NotRunning, Runtime, SwitchNode, read_runtime, write_runtime

NODE_NAMES = ascii_lowercase


def prepare_folders(environment: Environment) -> None:
    """The home is its owner's alone to write; others may pass through, because PostgreSQL under root is another user."""
    environment.home.mkdir(parents=True, exist_ok=True)
    for directory in (environment.run_dir, environment.log_dir, environment.recordings_dir, environment.prompts_dir):
        directory.mkdir(parents=True, exist_ok=True)
    for private in (environment.run_dir, environment.recordings_dir):
        private.chmod(0o700)


def prepare_runtime(environment: Environment) -> Runtime:
    """The runtime of the last run with its ports re-picked where another program has them now, or a new one. Written. What
    it says of other machines stays. Raises ports.CannotListen where that is another machine's, or a port is taken that other
    machines know."""
    try:
        last = read_runtime(environment.home)
    except (NotRunning, msgspec.DecodeError):
        last = _new_runtime()
    _check_is_own(last)
    public = {environment.http_port, environment.sip_port, environment.csta_port, environment.lines_port}
    taken = {port for port in public if port is not None} | set(environment.sip_ports)

    standbys = list(zip(last.links()[1:], last.standby_links, strict=True))
    last_ports = [port for (host, port), _ in standbys if _is_here(host, environment, last)] + [0] * environment.engines
    elsewhere = [link for (host, _), link in standbys if not _is_here(host, environment, last)]
    nodes_elsewhere = _nodes_elsewhere(environment, last)

    def keep_or_pick(port: int, host: str = "127.0.0.1") -> int:
        free = port and port not in taken and ports.is_free(port, host=host)
        if port and not free and not ports.is_loopback(host) and (elsewhere or nodes_elsewhere):
            raise ports.CannotListen(
                f"TCP port {port} of {host} is taken, and other machines of this installation know it", "stop what has it"
            )
        kept = port if free else ports.pick(avoid=taken)
        taken.add(kept)
        return kept

    def of_node(name: str, port: int) -> int:
        """An Asterisk that a killed supervisor has left keeps its ports."""
        if not port or not asterisk.runs_still(environment, name):
            return keep_or_pick(port, last.ari_host)
        taken.add(port)
        return port

    runtime = msgspec.structs.replace(
        last,
        link_port=keep_or_pick(last.link_port, last.link_host),
        standby_links=(
            *(f"{last.link_host}:{keep_or_pick(port, last.link_host)}" for port in last_ports[: environment.engines - 1]),
            *elsewhere,
        ),
        ari_port=of_node(last.node, last.ari_port),
        ami_port=of_node(last.node, last.ami_port),
        sip_host=_sip_host(environment, last),
        sip_port=environment.sip_port,
        csta_metrics_port=keep_or_pick(last.csta_metrics_port) if environment.csta_port is not None else 0,
        postgres_port=keep_or_pick(last.postgres_port),
        postgres_password=last.postgres_password or secrets.token_urlsafe(24),
    )
    further = _further_nodes(environment, last, runtime.sip_host, nodes_elsewhere, of_node)
    runtime = msgspec.structs.replace(runtime, further_nodes=(*further, *nodes_elsewhere))
    url = environment.database_url or embedded_postgres(environment, runtime).url
    runtime = msgspec.structs.replace(runtime, database_url=url)
    write_runtime(environment.home, runtime)
    return runtime


def _check_is_own(last: Runtime) -> None:
    try:
        ports.is_free(0, host=last.link_host)
    except ports.CannotListen as problem:
        raise ports.CannotListen(
            f"run/runtime.json is of the machine {last.link_host}, which is no address of this one",
            "put the file there that is this machine's own (docs/operations.md, Two machines)",
        ) from problem


def embedded_postgres(environment: Environment, runtime: Runtime) -> EmbeddedPostgres:
    return EmbeddedPostgres(environment.home / "postgres", runtime.postgres_port, runtime.postgres_password)


def _nodes_elsewhere(environment: Environment, last: Runtime) -> tuple[SwitchNode, ...]:
    return tuple(
        node
        for node in last.further_nodes
        if not (_is_here(node.ari_host, environment, last) and _is_here(node.sip_host, environment, last))
    )


def _further_nodes(
    environment: Environment,
    last: Runtime,
    sip_host: str,
    elsewhere: Collection[SwitchNode],
    port_of: Callable[[str, int], int],
) -> tuple[SwitchNode, ...]:
    """Of this machine, beside its first one."""
    last_ports = ((node.ari_port, node.ami_port) for node in last.further_nodes if node not in elsewhere)
    named = {last.node, *(node.name for node in elsewhere)}
    names = (name for name in NODE_NAMES if name not in named)
    return tuple(
        SwitchNode(
            name=name,
            ari_host=last.ari_host,
            ari_port=port_of(name, ari),
            ami_port=port_of(name, ami),
            sip_host=sip_host,
            sip_port=sip,
        )
        for sip, name, (ari, ami) in zip(environment.sip_ports[1:], names, chain(last_ports, repeat((0, 0))), strict=False)
    )


def _is_here(host: str, environment: Environment, last: Runtime) -> bool:
    """Whether that is this machine, whose first engine and first node `last` names."""
    return host in (last.link_host, last.sip_host, environment.own_address) or ports.is_loopback(host)


def _sip_host(environment: Environment, last: Runtime) -> str:
    """One address where SIP listens on one; where it listens on all, the one a person has written, if any."""
    on_all = environment.bind != environment.own_address
    return last.sip_host if on_all and not ports.is_loopback(last.sip_host) else environment.own_address


def _new_runtime() -> Runtime:
    return Runtime(
        database_url="",
        link_port=0,
        internal_token=secrets.token_urlsafe(32),
        secret_key=secrets.token_urlsafe(48),
        ari_port=0,
        ari_password=secrets.token_urlsafe(24),
        ami_port=0,
    )
