"""Who may read a process's metrics: programs on the same machine, and those with a token."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def may_scrape(address: str, authorization: str, tokens: Iterable[str]) -> bool:
    """`authorization`: that header; `tokens`: those that are good, empty ones aside."""
    try:
        if ipaddress.ip_address(address).is_loopback:
            return True
    except ValueError:
        pass
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and any(hmac.compare_digest(given.encode(), token.encode()) for token in tokens if token)
