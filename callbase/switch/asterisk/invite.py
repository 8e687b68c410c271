"""What an INVITE of ours says: who calls, and the headers the core wants in it."""

from __future__ import annotations

from urllib.parse import quote

from callbase.core.commands import Originate

_HEADER_SAFE = " !#$&'()*+,-./:;<=>?@[]_~"
"""Other characters are percent-encoded: header values are ASCII for every telephone."""


def caller_id(command: Originate) -> str:
    """The caller as ARI takes it: `"name" <number>`, without what would end either."""
    name = "".join(character for character in command.caller_name if character not in '"<>\\\r\n')
    number = "".join(character for character in command.caller_number if character not in '"<>\\\r\n ')
    return f'"{name}" <{number}>' if name else f"<{number}>"


def header_variables(command: Originate) -> dict[str, str]:
    """Channel variables that become headers of the INVITE."""
    headers = {"X-Callbase-Interaction": command.interaction, **command.headers}
    if command.auto_answer:
        headers |= {"X-Callbase-Answer": "auto", "Call-Info": "<sip:localhost>;answer-after=0"}
    return {f"PJSIP_HEADER(add,{name})": quote(value, safe=_HEADER_SAFE) for name, value in headers.items() if value}
