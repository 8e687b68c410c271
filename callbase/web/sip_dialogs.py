"""Whether a telephone is in a call, as the SIP messages say that pass by (RFC 3261 §12)."""

from __future__ import annotations

import re

_CALL_ID = re.compile(r"^(?:call-id|i)[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_OF_INVITE = re.compile(r"^cseq[ \t]*:[ \t]*\d+[ \t]+INVITE", re.IGNORECASE | re.MULTILINE)


class Dialogs:
    """A call counts from its INVITE until somebody ends it, whoever began it."""

    def __init__(self) -> None:
        self._open: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._open)

    def passed(self, frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else frame.decode(errors="replace")
        found = _CALL_ID.search(text)
        if found is None:
            return
        if text.startswith("INVITE "):
            self._open.add(found[1])
        elif text.startswith(("BYE ", "CANCEL ")) or (_refuses(text) and _OF_INVITE.search(text)):
            self._open.discard(found[1])


def _refuses(text: str) -> bool:
    return text.startswith("SIP/2.0 ") and text[8:9] in "3456"
