"""Trunks as PJSIP objects. A trunk's endpoint is named `trunk.<tenant>.<trunk>`."""

from __future__ import annotations

from callbase.core.config import Trunk

_PREFIX = "trunk."


def endpoint_of(tenant: str, trunk: str) -> str:
    return f"{_PREFIX}{tenant}.{trunk}"


def trunk_of(endpoint: str) -> tuple[str, str] | None:
    """Tenant and trunk of an endpoint; None where it is another's."""
    if not endpoint.startswith(_PREFIX):
        return None
    tenant, separator, trunk = endpoint.removeprefix(_PREFIX).partition(".")
    return (tenant, trunk) if separator else None


def addresses(trunk: Trunk) -> tuple[str, ...]:
    """Hosts and networks that it is known by."""
    return trunk.match or ((trunk.host,) if trunk.host else ())


def dial_string(tenant: str, trunk: str, number: str) -> str:
    """What ARI is asked to call so that the number is reached by the trunk."""
    return f"PJSIP/{number}@{endpoint_of(tenant, trunk)}"


def server_uri(trunk: Trunk) -> str:
    return f"sip:{trunk.host}:{trunk.port}" + (";transport=tcp" if trunk.transport == "tcp" else "")
