"""PJSIP objects as ARI takes them."""

from __future__ import annotations

Fields = tuple[tuple[str, str], ...]
Unit = tuple[tuple[str, Fields], ...]
"""The objects of one device, trunk or node, which all bear its name: (type, attributes). The endpoint comes last: where it is,
with its mark, everything is, however Asterisk or we ended in between."""

AUTH, AOR, ENDPOINT = "res_pjsip/auth", "res_pjsip/aor", "res_pjsip/endpoint"
IDENTIFY, REGISTRATION = "res_pjsip/identify", "res_pjsip/registration"


def common_fields(context: str, media_address: str) -> Fields:
    """Of every endpoint."""
    return (("context", context), ("direct_media", "no"), ("media_address", media_address), ("tone_zone", "cn"))
