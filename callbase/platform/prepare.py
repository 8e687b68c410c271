"""Before the first process starts: folders, secrets, internal ports. Secrets are drawn once, ports kept while they are free."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import repeat
from string import ascii_lowercase

import msgspec

from callbase.platform import ports
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
    """The runtime of the last run with its ports re-picked where another program has them now, or a new one. Written."""
    try:
        last = read_runtime(environment.home)
    except (NotRunning, msgspec.DecodeError):
        last = _new_runtime()
    public = {environment.http_port, environment.sip_port, environment.csta_port, environment.lines_port}
    taken = {port for port in public if port is not None} | set(environment.sip_ports)

    def keep_or_pick(port: int) -> int:
        kept = port if port and port not in taken and ports.is_free(port) else ports.pick(avoid=taken)
        taken.add(kept)
        return kept

    standby_ports = [port for _, port in last.links()[1:]] + [0] * environment.engines
    runtime = msgspec.structs.replace(
        last,
        link_port=keep_or_pick(last.link_port),
        standby_links=tuple(f"{last.link_host}:{keep_or_pick(port)}" for port in standby_ports[: environment.engines - 1]),
        ari_port=keep_or_pick(last.ari_port),
        ami_port=keep_or_pick(last.ami_port),
        sip_host=environment.own_address,
        sip_port=environment.sip_port,
        csta_metrics_port=keep_or_pick(last.csta_metrics_port) if environment.csta_port is not None else 0,
        postgres_port=keep_or_pick(last.postgres_port),
        postgres_password=last.postgres_password or secrets.token_urlsafe(24),
    )
    host = environment.own_address
    further = tuple(
        SwitchNode(name=name, ari_port=keep_or_pick(ari), ami_port=keep_or_pick(ami), sip_host=host, sip_port=sip)
        for name, sip, (ari, ami) in zip(NODE_NAMES[1:], environment.sip_ports[1:], _last_ports(last), strict=False)
    )
    runtime = msgspec.structs.replace(runtime, further_nodes=further)
    url = environment.database_url or embedded_postgres(environment, runtime).url
    runtime = msgspec.structs.replace(runtime, database_url=url)
    write_runtime(environment.home, runtime)
    return runtime


def embedded_postgres(environment: Environment, runtime: Runtime) -> EmbeddedPostgres:
    return EmbeddedPostgres(environment.home / "postgres", runtime.postgres_port, runtime.postgres_password)


def _last_ports(last: Runtime) -> Iterator[tuple[int, int]]:
    """Of each further node: ARI's and the manager interface's; 0 where there was no such node."""
    yield from ((node.ari_port, node.ami_port) for node in last.further_nodes)
    yield from repeat((0, 0))


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
