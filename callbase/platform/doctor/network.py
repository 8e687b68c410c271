"""Ports, and what browsers demand of addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from callbase.platform import ports
from callbase.platform.doctor.finding import Finding, error, ok, warning
from callbase.platform.doctor.patient import Patient
from callbase.platform.listeners import listener_on

PORTS_PER_CALL = 4
"""RTP and RTCP of two legs."""
FEW_CALLS = 10


def microphone(patient: Patient) -> Iterator[Finding]:
    bind = patient.environment.bind
    if _is_loopback(bind):
        yield ok(
            "microphone", f"browsers on this machine may use the microphone at http://localhost:{patient.environment.http_port}"
        )
        return
    yield warning(
        "microphone",
        f"the web process listens on {bind} without TLS: browsers give the microphone only to https pages and to localhost",
        "put a TLS proxy in front (see docs/operations.md) and open the console by its https address",
    )


def public_ports(patient: Patient) -> Iterator[Finding]:
    environment = patient.environment
    lines = [(environment.lines_port, "CALLBASE_LINES_PORT", False)] if environment.lines_port else []
    for port, variable, udp in (
        (environment.http_port, "CALLBASE_HTTP_PORT", False),
        (environment.sip_port, "CALLBASE_SIP_PORT", True),
        (environment.sip_port, "CALLBASE_SIP_PORT", False),
        *lines,
    ):
        name = f"{'UDP' if udp else 'TCP'} port {port}"
        try:
            free = ports.is_free(port, host=environment.bind, udp=udp)
        except ports.CannotListen as found:
            yield error("ports", found.problem, found.remedy)
            return
        holder = None if free else listener_on(port, udp=udp)
        if patient.running:
            if free:
                yield error("ports", f"nothing listens on {name}", f"see {environment.log_dir}")
            else:
                yield ok("ports", f"{name}: {holder or 'in use'}")
        elif free:
            yield ok("ports", f"{name} is free")
        else:
            yield error(
                "ports", f"{name} is taken by {holder or 'another program'}", f"stop that, or set {variable} to another port"
            )


def rtp_ports(patient: Patient) -> Iterator[Finding]:
    environment = patient.environment
    first, last = environment.rtp_first, environment.rtp_last
    calls = (last - first + 1) // PORTS_PER_CALL
    if calls < FEW_CALLS:
        yield warning(
            "rtp", f"CALLBASE_RTP_PORTS={first}-{last} suffices for {calls} calls at once", "give it four ports per call"
        )
    else:
        yield ok("rtp", f"ports {first}-{last} suffice for {calls} calls at once")
    if first <= environment.sip_port <= last:
        yield error(
            "rtp", f"the SIP port {environment.sip_port} lies within the RTP ports", "set CALLBASE_RTP_PORTS to another range"
        )


def _is_loopback(bind: str) -> bool:
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return bind == "localhost"
