"""What clients send, decoded. A request that does not decode is answered by a reply, so that one wrong value costs its sender no
more than that request; only what is no message at all ends the connection."""

from __future__ import annotations

import json
import re

import msgspec

from callbase.core.errors import CoreError
from callbase.cti.messages import FromClient, ReplyMessage

_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_FIELD = re.compile(r"(?:missing required|unknown) field `([^`]+)`")


class MessageMalformed(Exception):
    """Not JSON, or no message of the link."""


class RequestMalformed(MessageMalformed):
    """A request with an id. `reply` names the field at fault as the core does: by its path within the action."""

    def __init__(self, id: str, error: CoreError) -> None:
        super().__init__(f"{error.field}: {error.data['reason']}")
        self.reply = ReplyMessage(id=id, error=error)


_decoder: msgspec.json.Decoder[FromClient] = msgspec.json.Decoder(FromClient)


def decode(received: str | bytes) -> FromClient:
    """Raises RequestMalformed, or else MessageMalformed."""
    try:
        return _decoder.decode(received)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(received, str(error)) from None


def _malformed(received: str | bytes, complaint: str) -> MessageMalformed:
    id = _id_of_request(received)
    if id is None:
        return MessageMalformed(complaint)
    field = field_at_fault(complaint).removeprefix("action.") or "action"
    return RequestMalformed(id, CoreError(code="value_invalid", field=field, data={"reason": _AT.sub("", complaint)}))


def _id_of_request(received: str | bytes) -> str | None:
    """By a decoder that takes what ours does not: half a surrogate pair, a number without bounds."""
    try:
        message = json.loads(received, parse_int=float)
        if not isinstance(message, dict) or message.get("type") != "request":
            return None
        id = message.get("id")
        return id if isinstance(id, str) and _sayable(id) else None
    except (ValueError, RecursionError):
        return None


def _sayable(text: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in text)


def field_at_fault(complaint: str) -> str:
    """The dotted path msgspec complains of ("to.queues.0"); "" where that is the whole."""
    at = _AT.search(complaint)
    path = re.sub(r"\[(\d+)\]", r".\1", at.group(1).replace("[...]", "")).lstrip(".") if at else ""
    field = _FIELD.search(complaint)
    if field is None or path == field.group(1):
        return path
    return f"{path}.{field.group(1)}".lstrip(".")
