"""One POST to an address that a centre's administrator gave: over within a time whatever the other side does, and to no door of
the machine itself.

What listens on loopback counts whoever reaches it as ours, and link-local addresses have what hosting providers tell their
machines; so neither is posted to, unless the operator names it (`CALLBASE_WEBHOOK_NETWORKS`). Looked at is the address connected
to, which a name may have become a moment ago.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence

import aiohttp
from aiohttp.client_exceptions import ClientConnectorError

WITHIN_S = 10.0
"""From looking its name up to its answer's last header, however it brings them."""


class AddressRefused(OSError):
    """It is the machine's own, and the operator did not name it."""


class PostFailed(Exception):
    """The message says why."""


def post(url: str, body: bytes, headers: Mapping[str, str], named: Sequence[str]) -> int:
    """The status of the answer, whose body is not read; a redirect is not followed. `named`: networks that may be posted to
    though they are the machine's own. From a thread without a loop. Raises PostFailed."""
    try:
        return asyncio.run(_post(url, body, headers, named))
    except TimeoutError:
        raise PostFailed(f"no answer within {WITHIN_S:g} s") from None
    except ClientConnectorError as problem:
        cause = getattr(problem, "os_error", problem)
        raise PostFailed(cause.strerror or str(cause)) from problem
    except (OSError, aiohttp.ClientError, ValueError) as problem:
        raise PostFailed(str(problem) or type(problem).__name__) from problem


async def _post(url: str, body: bytes, headers: Mapping[str, str], named: Sequence[str]) -> int:
    connector = aiohttp.TCPConnector(socket_factory=_sockets(named))
    timeout = aiohttp.ClientTimeout(total=WITHIN_S)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
        session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status


def _sockets(named: Sequence[str]) -> Callable[[aiohttp.AddrInfoType], socket.socket]:
    def made(found: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = found
        if not allowed(str(address[0]), named):
            raise AddressRefused(f"{address[0]} is of this machine or its link (see CALLBASE_WEBHOOK_NETWORKS)")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return made


def allowed(text: str, named: Sequence[str]) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in ipaddress.ip_network(network) for network in named):
        return True
    return not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast)
