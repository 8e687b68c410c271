"""The demo's customer telephones are everybody's: they can do no more than call in, as any telephone can."""

from __future__ import annotations

from django.http import HttpRequest


def anybody(request: HttpRequest) -> None:
    """No sign-in is asked for; where no demo centre is installed there is nothing to be had."""
