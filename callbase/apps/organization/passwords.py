"""What a password must be (SEC-3): long enough, not among the common ones, not the name."""

from __future__ import annotations

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from callbase.web.errors import Invalid

SHORTEST = 8
_common = CommonPasswordValidator()


def check_password_policy(password: str, login: str, field: str = "password") -> None:
    """Raises Invalid naming `field`."""
    if len(password) < SHORTEST:
        raise Invalid.of(field, "password_short", limit=str(SHORTEST))
    if password.casefold() == login.casefold():
        raise Invalid.of(field, "password_like_login")
    try:
        _common.validate(password)
    except ValidationError:
        raise Invalid.of(field, "password_common") from None
