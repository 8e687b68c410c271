"""What clients send, decoded. A request that does not decode is answered by a reply, so that one wrong value costs its sender no
more than that request; only what is no message at all ends the connection."""

from __future__ import annotations

import json
import re

import msgspec

from callbase.core.errors import CoreError
from callbase.cti.messages import FromClient, ReplyMessage, RequestMessage

_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_FIELD = re.compile(r"(?:missing required|unknown) field `([^`]+)`")


class MessageMalformed(Exception):
    """Not JSON, or no message of the link."""


class RequestMalformed(MessageMalformed):
    """A request with an id. `reply` names the field at fault as the core does: by its path within the action."""

    def __init__(self, id: str, error: CoreError) -> None:
        super().__init__(f"{error.field}: {error.data['reason']}")
        self.reply = ReplyMessage(id=id, error=error)


UNKNOWN_FIELD = "unknown field"
"""In the reason of a RequestMalformed, as msgspec says it."""

_decoder: msgspec.json.Decoder[FromClient] = msgspec.json.Decoder(FromClient)


def decode(received: str | bytes) -> FromClient:
    """Raises RequestMalformed, or else MessageMalformed."""
    try:
        return _decoder.decode(received)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(received, str(error)) from None


def decode_strictly(received: str | bytes) -> FromClient:
    """As `decode`, and a request with a field it has no place for is malformed. For what programs and browsers ask: of our own
    processes one may be of a newer version than another."""
    message = decode(received)
    if isinstance(message, RequestMessage):
        field = unknown_field(msgspec.json.decode(received), message).removeprefix("action.")
        if field:
            raise RequestMalformed(message.id, CoreError(code="value_invalid", field=field, data={"reason": UNKNOWN_FIELD}))
    return message


def unknown_field(said: object, understood: object) -> str:
    """The dotted path of the first field of `said` that has no place in what was understood of it; "" where all have one."""
    if not isinstance(understood, msgspec.Struct) or not isinstance(said, dict):
        return ""
    for name, value in said.items():
        if name == understood.__struct_config__.tag_field:
            continue
        if name not in understood.__struct_encode_fields__:
            return str(name)[:80]
        inside = unknown_field(value, getattr(understood, name))
        if inside:
            return f"{name}.{inside}"
    return ""


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
