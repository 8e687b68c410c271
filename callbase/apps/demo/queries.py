"""All reads of the demo centre."""

from __future__ import annotations

from callbase.apps.demo import centre
from callbase.apps.organization.models import Device
from callbase.apps.organization.secrets import unseal
from callbase.web.errors import ApiError


def customer_telephone(line: int) -> tuple[Device, str]:
    """The telephone of one of the demo's customers, and its password. Raises ApiError demo_absent (404)."""
    device = Device.objects.filter(id=f"demo-customer-{line}", tenant_id=centre.TENANT, tenant__is_demo=True).first()
    secret = unseal(device.secret) if device else None
    if device is None or not secret:
        raise ApiError("demo_absent", 404)
    return device, secret
