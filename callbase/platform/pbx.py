"""The other maker's switch that agents have their telephones at, as CALLBASE_PBX and its companions name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Pbx:
    host: str
    port: int
    tls: bool = False
    authority: Path | None = None
    """PEM file of who vouches for its certificate; None: those the system trusts."""
    token: str = ""
    """Given in the application session; a callbase takes an API token there."""
    pilots: Mapping[str, str] = field(default_factory=dict)
    """Devices of the switch at which calls wait for us → the number that counts as called."""
    trunk: str = "pbx"
    """The trunk its calls count as coming in by."""
    tenant: str | None = None
    """Whose trunk that is; None: of the only tenant with such a one."""


def read_pbx(variables: Mapping[str, str]) -> Pbx | None:
    """None where CALLBASE_PBX is not set. Raises ValueError naming the variable that is wrong."""
    text = variables.get("CALLBASE_PBX", "")
    if not text:
        return None
    address = urlsplit(text)
    if address.scheme not in ("csta", "csta+tls") or not address.hostname or _port(address.netloc) is None:
        raise ValueError(f"CALLBASE_PBX must be such as csta://pbx.example:3210 or csta+tls://…, not {text!r}")
    authority = variables.get("CALLBASE_PBX_CA", "")
    tenant, _, trunk = (variables.get("CALLBASE_PBX_TRUNK", "") or "pbx").rpartition("/")
    return Pbx(
        host=address.hostname,
        port=_port(address.netloc) or 0,
        tls=address.scheme == "csta+tls",
        authority=Path(authority).resolve() if authority else None,
        token=variables.get("CALLBASE_PBX_TOKEN", ""),
        pilots=_pilots(variables.get("CALLBASE_PBX_PILOTS", "")),
        trunk=trunk,
        tenant=tenant or None,
    )


def _port(netloc: str) -> int | None:
    digits = netloc.rpartition(":")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < int(digits) < 65536 else None


def _pilots(text: str) -> dict[str, str]:
    pilots: dict[str, str] = {}
    for word in filter(None, (word.strip() for word in text.split(","))):
        device, _, number = word.partition("=")
        if not device or word.endswith("="):
            raise ValueError(f"CALLBASE_PBX_PILOTS must be such as sales=4008001234,support=4008005678, not {text!r}")
        pilots[device] = number or device
    return pilots
