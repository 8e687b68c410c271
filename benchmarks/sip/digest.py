"""Digest authentication as a SIP telephone needs it, RFC 2617 §3.2.2."""

from __future__ import annotations

import re
import secrets
from hashlib import md5


def ha1(user: str, realm: str, password: str) -> str:
    return md5(f"{user}:{realm}:{password}".encode()).hexdigest()


def answer(challenge: str, user: str, password: str, method: str, uri: str) -> str:
    """The value of the Authorization header that answers a WWW- or Proxy-Authenticate header."""
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
    realm, nonce = said.get("realm", ""), said.get("nonce", "")
    secret = ha1(user, realm, password)
    asked = md5(f"{method}:{uri}".encode()).hexdigest()
    parts = [f'Digest username="{user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"', "algorithm=MD5"]
    if "auth" in said.get("qop", ""):
        once = secrets.token_hex(8)
        result = md5(f"{secret}:{nonce}:00000001:{once}:auth:{asked}".encode()).hexdigest()
        parts += ["qop=auth", "nc=00000001", f'cnonce="{once}"']
    else:
        result = md5(f"{secret}:{nonce}:{asked}".encode()).hexdigest()
    parts.append(f'response="{result}"')
    if "opaque" in said:
        parts.append(f'opaque="{said["opaque"]}"')
    return ", ".join(parts)
