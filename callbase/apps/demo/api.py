"""/api/demo"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from callbase.apps.demo import centre, queries
from callbase.apps.demo.access import anybody
from callbase.apps.demo.schemas import DemoPhoneOut
from callbase.apps.organization.api.telephones import sip_account

router = Router(tags=["demo"])


@router.get("/phone", auth=None, response=DemoPhoneOut)
def get_phone(request: HttpRequest, line: Annotated[int, Query(ge=1, le=centre.CUSTOMER_LINES)] = 1) -> dict[str, Any]:
    """A customer's telephone for /demo/phone."""
    anybody(request)
    device, password = queries.customer_telephone(line)
    return {"sip": sip_account(device.id, password), "number": device.number, "dial": centre.DID}
