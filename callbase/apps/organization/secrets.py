"""Secrets that must be read again (a browser telephone's password, a trunk's), sealed with a key of the installation's own."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SIP_REALM = "callbase"


@cache
def _box(secret_key: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"callbase secrets").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str) -> str:
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str | None:
    """The secret; None where it was sealed with another installation's key."""
    if not sealed:
        return ""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def draw() -> str:
    return secrets.token_urlsafe(18)


def ha1(device: str, password: str) -> str:
    """MD5(user:realm:password), RFC 2617 §3.2.2.2: SIP's digest, not a choice of ours."""
    return hashlib.md5(f"{device}:{SIP_REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
