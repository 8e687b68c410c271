"""TCP and UDP ports of this machine: is one free, find a free one."""

from __future__ import annotations

import errno
import socket
from collections.abc import Collection
from contextlib import closing
from ipaddress import ip_address


class CannotListen(RuntimeError):
    """No server of ours can listen there, whether or not another one does."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


def is_free(port: int, *, host: str = "127.0.0.1", udp: bool = False) -> bool:
    """Whether a server could listen there now. A connection still in TIME_WAIT does not make a port taken.

    Raises CannotListen where that is not the port's being taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)) as probe:
        if not udp:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            if not udp:
                probe.listen(1)
        except (OSError, UnicodeError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                return False
            raise _cannot_listen(port, host, udp, error) from error
    return True


def is_loopback(host: str) -> bool:
    """Whether each machine means itself by it."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _cannot_listen(port: int, host: str, udp: bool, error: OSError | UnicodeError) -> CannotListen:
    kind = "UDP" if udp else "TCP"
    if isinstance(error, PermissionError):
        return CannotListen(f"this user may not listen on {kind} port {port}", "choose a port from 1024 on, or start as root")
    if isinstance(error, (socket.gaierror, UnicodeError)) or error.errno == errno.EADDRNOTAVAIL:
        return CannotListen(
            f"CALLBASE_BIND {host!r} is not an address of this machine", "set it to one that is, or to 0.0.0.0 for all of them"
        )
    return CannotListen(
        f"{kind} port {port} of {host} cannot be listened on ({error.strerror})", "set CALLBASE_BIND to another address"
    )


def pick(*, avoid: Collection[int] = (), host: str = "127.0.0.1") -> int:
    """A free TCP port, chosen by the kernel from its own range, so that two installations starting at once rarely meet."""
    for _ in range(100):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.bind((host, 0))
            port: int = probe.getsockname()[1]
        if port not in avoid:
            return port
    raise OSError(f"no free TCP port on {host}")
