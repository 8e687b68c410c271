"""Data with a call (ECMA-269 §18.1.1): codes and correlator data under their names, and private data of ours item by item."""

from __future__ import annotations

from callbase.csta import failures
from callbase.csta.document import OWN, Document
from callbase.csta.parts import CORRELATOR

_OCTETS = ("accountCode", "authCode", "callQualifyingData")


def data_of(asked: Document) -> dict[str, str | None]:
    """What a request brings; an item that is empty is removed. Raises Failure."""
    data: dict[str, str | None] = {}
    for name in _OCTETS:
        if asked.find(name) is not None:
            data[name] = _text(asked.value(name)) or None
    if asked.find("correlatorData") is not None:
        data[CORRELATOR] = _text(asked.value("correlatorData", "string")) or None
    for one in asked.every("data"):
        if one.namespace == OWN:
            data |= {item.attribute("key"): item.text or None for item in one.every("item")}
    return data


def _text(octets: str) -> str:
    """Raises Failure where they are not hexadecimal UTF-8."""
    try:
        return bytes.fromhex(octets).decode()
    except ValueError as error:
        raise failures.operation("invalidParameterValue") from error
