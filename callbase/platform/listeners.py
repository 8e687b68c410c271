"""Which program listens on a port of this machine, for messages that name it."""

from __future__ import annotations

import socket

import psutil


def listener_on(port: int, *, udp: bool = False) -> str | None:
    """ "nginx (process 812)"; None where nobody listens or the system does not tell."""
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    try:
        connections = psutil.net_connections("inet")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        listening = udp or connection.status == psutil.CONN_LISTEN
        if connection.type == kind and connection.laddr and connection.laddr.port == port and listening and connection.pid:
            return process_name(connection.pid)
    return None


def process_name(pid: int) -> str:
    try:
        return f"{psutil.Process(pid).name()} (process {pid})"
    except psutil.Error:
        return f"process {pid}"
