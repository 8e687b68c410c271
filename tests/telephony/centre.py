"""A small configuration for tests of the switch: one tenant, a trunk from loopback, a few telephones."""

from __future__ import annotations

import hashlib

from callbase.core.config import Config, Device, Tenant, Trunk
from callbase.sealing import seal

SECRET_KEY = "of the tests' installations"
PASSWORD = "secret"
DID = "4008001234"
CUSTOMER = "13900001111"


def sealed(text: str) -> str:
    return seal(text, SECRET_KEY)


def ha1(user: str, password: str = PASSWORD) -> str:
    return hashlib.md5(f"{user}:callbase:{password}".encode()).hexdigest()


def sealed_ha1(user: str, password: str = PASSWORD) -> str:
    return sealed(ha1(user, password))


def device(name: str, kind: str = "sip", *, number: str = "") -> Device:
    return Device(id=name, kind=kind, ha1=sealed_ha1(name), agent=name, number=number)  # type: ignore[arg-type]


def config(*devices: str, version: int = 1, trunks: dict[str, Trunk] | None = None) -> Config:
    """`devices` are SIP telephones with the password above."""
    if trunks is None:
        trunks = {"demo-trunk": Trunk(id="demo-trunk", match=("127.0.0.1",))}
    tenant = Tenant(id="demo", name="Demo", devices={name: device(name) for name in devices}, trunks=trunks)
    return Config(version=version, tenants={"demo": tenant})
