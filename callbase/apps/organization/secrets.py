"""Telephones' and trunks' secrets under the installation's key (`callbase.sealing`)."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings

from callbase import sealing

SIP_REALM = "callbase"


def seal(text: str) -> str:
    return sealing.seal(text, settings.SECRET_KEY)


def unseal(sealed: str) -> str | None:
    """The secret; None where it was sealed with another installation's key."""
    return sealing.unseal(sealed, settings.SECRET_KEY)


def draw() -> str:
    return secrets.token_urlsafe(18)


def ha1(device: str, password: str) -> str:
    """MD5(user:realm:password), RFC 2617 §3.2.2.2: SIP's digest, not a choice of ours. As good as the password: seal it."""
    return hashlib.md5(f"{device}:{SIP_REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
