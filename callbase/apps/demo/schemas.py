"""What the API of the demo gives."""

from __future__ import annotations

from ninja import Schema

from callbase.apps.organization.schemas import SipAccount


class DemoPhoneOut(Schema):
    sip: SipAccount
    number: str
    """What it shows as caller."""
    dial: str
    """A number worth dialling."""
