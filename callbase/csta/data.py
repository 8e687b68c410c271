"""Data with a call as messages bear it (ECMA-269 §18.1.1): codes, correlator and user data as octets under their names, private
data of ours item by item."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.csta.document import OWN, Document, Part, own
from callbase.csta.parts import CORRELATOR, USER_DATA, private

_CODES: Mapping[str, str] = {
    "accountCode": "accountCode",
    "accountInfo": "accountCode",
    "authCode": "authCode",
    "callQualifyingData": "callQualifyingData",
}
"""Element → the key it is kept under; an event says otherwise than a request what it is about."""
_OF_ASSOCIATE_DATA = ("accountCode", "authCode", CORRELATOR, "callQualifyingData")
"""Keys that have an element of their own there, in the schema's order."""


def octets_in(document: Document) -> dict[str, str | None]:
    """By key, in hexadecimal; None where it has a form of its own."""
    found: dict[str, str | None] = {}
    for element, key in _CODES.items():
        if (one := document.find(element)) is not None:
            found[key] = one.text
    for key in (CORRELATOR, USER_DATA):
        if (one := document.find(key)) is not None:
            found[key] = None if one.find("private") is not None else one.value("string")
    return found


def items_in(document: Document) -> dict[str, str] | None:
    """Private data of ours; None where there is none, be it empty."""
    ours = [one for one in document.every("data") if one.namespace == OWN]
    return {item.attribute("key"): item.text for one in ours for item in one.every("item")} if ours else None


def text_of(octets: str) -> str:
    """Raises ValueError where they are not hexadecimal UTF-8."""
    return bytes.fromhex(octets).decode()


def associate(connection: Part, changes: Mapping[str, str | None]) -> Part:
    """The request by which the data of a call is changed; a None removes a key."""
    named: list[Part] = []
    for key in _OF_ASSOCIATE_DATA:
        if key in changes:
            octets = (changes[key] or "").encode().hex()
            named.append((key, [("string", octets)] if key == CORRELATOR else octets))
    items = {key: value or "" for key, value in changes.items() if key not in _OF_ASSOCIATE_DATA}
    return ("AssociateData", [connection, *named, *(private(own("data", items)) if items else [])])
