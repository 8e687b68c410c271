"""What an INVITE says: who calls, and the headers; those of ours are the core's."""

from __future__ import annotations

from urllib.parse import quote, unquote

from callbase.core.commands import Originate
from callbase.switch.asterisk.names import LEG_HEADER

LONGEST_TOLD = 4095
"""So many characters Asterisk tells of headers; what is beyond is not there."""
_HEADER_SAFE = " !#$&'()*+,-./:;<=>?@[]_~"
"""Other characters are percent-encoded: header values are ASCII for every telephone."""


def caller_id(command: Originate) -> str:
    """The caller as ARI takes it: `"name" <number>`, without what would end either."""
    name = "".join(character for character in command.caller_name if character not in '"<>\\\r\n')
    number = "".join(character for character in command.caller_number if character not in '"<>\\\r\n ')
    return f'"{name}" <{number}>' if name else f"<{number}>"


def number_told(caller: str) -> str:
    """The caller's number; empty where it is withheld (RFC 3323 §4.1.1.3): all who call so are not one caller."""
    return "" if caller.lower() == "anonymous" else caller


def headers_told(args: tuple[str, ...]) -> dict[str, str]:
    """The headers of an INVITE from outside that may be the call's data, as the dialplan says them (in
    `platform/asterisk/configuration.py`)."""
    text = args[0] if args else ""
    told = [part.partition("=") for part in text.split("&")]
    if len(text) >= LONGEST_TOLD:
        told.pop()  # cut off somewhere
    return {name: _plain(unquote(value, errors="replace")) for name, _, value in told if name}


def _plain(value: str) -> str:
    """What we would have percent-encoded is read again; anything else is as it came."""
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def header_variables(command: Originate) -> dict[str, str]:
    """Channel variables that become headers of the INVITE."""
    headers = {"X-Callbase-Interaction": command.interaction, **command.headers}
    if command.by_way_of:
        headers |= {LEG_HEADER: command.leg}
    if command.auto_answer:
        headers |= {"X-Callbase-Answer": "auto", "Call-Info": "<sip:localhost>;answer-after=0"}
    return {f"PJSIP_HEADER(add,{name})": quote(value, safe=_HEADER_SAFE) for name, value in headers.items() if value}
