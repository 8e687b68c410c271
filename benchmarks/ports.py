"""Free ports for the systems under test."""

from __future__ import annotations

import random
import socket

from callbase.platform.ports import is_free


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port nothing listens on just now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_sip_port(nodes: int = 2) -> int:
    """The first of so many in a row, one for each node, free for UDP and for TCP. Below the kernel's own range, of which a
    connection or a telephone of somebody else's may have one by the time the node is started; and below those for RTP."""
    while True:
        first = random.randrange(5_200, 9_900)
        if all(is_free(port, udp=udp) for port in range(first, first + nodes) for udp in (False, True)):
            return first


class MediaSink:
    """A port that takes RTP and throws it away, so that nobody is told it is unreachable."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while True:
            port = free_port(socket.SOCK_DGRAM)
            if port % 2 == 0:
                self._socket.bind(("127.0.0.1", port))
                self.port = port
                return

    def close(self) -> None:
        self._socket.close()


def free_rtp_range(size: int = 4000) -> tuple[int, int]:
    """A range of UDP ports that was free at both ends, below the kernel's own."""
    for first in range(10_000, 32_000 - size, size):
        last = first + size - 1
        if all(_udp_free(port) for port in (first, first + 1, first + size // 2, last - 1, last)):
            return first, last
    raise OSError(f"no {size} free UDP ports in a row")


def _udp_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
