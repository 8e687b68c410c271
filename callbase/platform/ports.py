"""TCP and UDP ports of this machine: is one free, find a free one."""

from __future__ import annotations

import socket
from collections.abc import Collection
from contextlib import closing


def is_free(port: int, *, host: str = "127.0.0.1", udp: bool = False) -> bool:
    """Whether a server could listen there now. A connection still in TIME_WAIT does not make a port taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)) as probe:
        if not udp:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            if not udp:
                probe.listen(1)
        except OSError:
            return False
    return True


def pick(*, avoid: Collection[int] = (), host: str = "127.0.0.1") -> int:
    """A free TCP port, chosen by the kernel from its own range, so that two installations starting at once rarely meet."""
    for _ in range(100):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.bind((host, 0))
            port: int = probe.getsockname()[1]
        if port not in avoid:
            return port
    raise OSError(f"no free TCP port on {host}")
