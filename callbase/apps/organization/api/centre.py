"""/api/centre: what holds for the whole centre"""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from callbase.apps.organization.access import needs
from callbase.apps.organization.actions import centre as actions
from callbase.apps.organization.models import Tenant
from callbase.apps.organization.schemas import CentreIn, CentreOut
from callbase.web.changes import Changes

centre_router = Router(tags=["centre"])
manage = needs("people.manage")


@centre_router.get("", response=CentreOut)
def get_centre(request: HttpRequest) -> Tenant:
    return manage(request).tenant


@centre_router.patch("", response=CentreOut)
def change_centre(request: HttpRequest, data: Changes[CentreIn]) -> Tenant:
    return actions.do_change_centre(manage(request), data)
