"""One installation on several machines: each has engines, switch nodes, web and worker of its own, and a run/runtime.json that
names its own first, then those of the others. They share the database, and a folder for recordings and prompts.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address

import msgspec
from psycopg.conninfo import conninfo_to_dict

from callbase.platform import servers
from callbase.platform.environment import Environment
from callbase.platform.ports import is_loopback
from callbase.platform.prepare import NODE_NAMES
from callbase.platform.runtime import Runtime, SwitchNode


class CannotChange(RuntimeError):
    """What is wrong and what to do, in a sentence."""


def machines(runtime: Runtime) -> list[str]:
    """The address of each, this one's first."""
    return list(dict.fromkeys(host for host, _ in runtime.links()))


def with_machine(environment: Environment, runtime: Runtime, address: str) -> Runtime:
    """This machine's file, with an engine and as many nodes at that address as there are here, at the same ports. Raises
    CannotChange."""
    own = _own_address(environment)
    _check_database(environment)
    _check_engines(environment)
    here = _reached_at(runtime, own)
    if address in machines(here):
        raise CannotChange(f"{address} is a machine of this installation already")
    if _is_of_one_machine(address):
        raise CannotChange(
            f"the other machine's address must be one such as 10.0.0.2, by which this one reaches it, not {address!r}"
        )
    links = [(address, port) for host, port in here.links() if host == own]
    # another maker's switch is one node, whichever machine speaks to it
    own_nodes = [node for node in here.nodes if node.ari_host == own] if environment.pbx is None else []
    names = [name for name in NODE_NAMES if name not in {node.name for node in here.nodes}]
    if len(names) < len(own_nodes):
        raise CannotChange(f"there are {len(here.nodes)} switch nodes already, and {len(NODE_NAMES)} at most")
    nodes = [
        msgspec.structs.replace(node, name=name, ari_host=address, sip_host=address)
        for node, name in zip(own_nodes, names, strict=False)
    ]
    return _of(here, [*here.links(), *links], [*here.nodes, *nodes])


def without_machine(runtime: Runtime, address: str) -> Runtime:
    """This machine's file without that other one. Raises CannotChange."""
    _, *others = machines(runtime)
    if address not in others:
        there = f"the others are {', '.join(others)}" if others else "there is no other"
        raise CannotChange(f"{address} is no other machine of this installation; {there}")
    links = [link for link in runtime.links() if link[0] != address]
    return _of(runtime, links, [node for node in runtime.nodes if node.ari_host != address])


def seen_from(runtime: Runtime, address: str) -> Runtime:
    """That machine's file: its own engines and nodes come first."""
    links = sorted(runtime.links(), key=lambda link: link[0] != address)
    return _of(runtime, links, sorted(runtime.nodes, key=lambda node: node.ari_host != address))


def _own_address(environment: Environment) -> str:
    if _is_of_one_machine(environment.bind):
        raise CannotChange(
            f"CALLBASE_BIND must be this machine's address by which others reach it, such as 10.0.0.1; it is {environment.bind}"
        )
    return environment.bind


def _check_database(environment: Environment) -> None:
    hosts = [conninfo_to_dict(url).get("host") for url in servers.each(environment.database_url or "")]
    if any(not host or is_loopback(str(host)) for host in hosts):
        raise CannotChange(
            "CALLBASE_DATABASE_URL must name a PostgreSQL that all machines reach; callbase's own one is for its machine alone"
        )


def _check_engines(environment: Environment) -> None:
    """Nobody leads whom the leader has not armed (`callbase.engine.lease`), while neither is proven dead."""
    if environment.engines > 1:
        raise CannotChange(
            "CALLBASE_ENGINES must be 1 on each of several machines, whose engines stand by for each other: two of one could be "
            "lost together, as the one that leads and the one that may follow it, and then no other would lead"
        )


def _is_of_one_machine(address: str) -> bool:
    """Means another machine on each, or none."""
    try:
        return IPv4Address(address).is_unspecified or is_loopback(address)
    except AddressValueError:
        return True


def _reached_at(runtime: Runtime, own: str) -> Runtime:
    """With that address where only this machine itself reaches its engines and nodes so far."""

    def reached(host: str) -> str:
        return own if is_loopback(host) else host

    nodes = [
        msgspec.structs.replace(node, ari_host=reached(node.ari_host), sip_host=reached(node.sip_host)) for node in runtime.nodes
    ]
    return _of(runtime, [(reached(host), port) for host, port in runtime.links()], nodes)


def _of(runtime: Runtime, links: Sequence[tuple[str, int]], nodes: Sequence[SwitchNode]) -> Runtime:
    (host, port), *others = links
    first, *further = nodes
    return msgspec.structs.replace(
        runtime,
        link_host=host,
        link_port=port,
        standby_links=tuple(f"{host}:{port}" for host, port in others),
        node=first.name,
        ari_host=first.ari_host,
        ari_port=first.ari_port,
        ami_port=first.ami_port,
        sip_host=first.sip_host,
        sip_port=first.sip_port,
        further_nodes=tuple(further),
    )
