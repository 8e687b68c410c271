"""/api/softphone"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from callbase.apps.organization import queries
from callbase.apps.organization.access import needs
from callbase.apps.organization.actions.telephones import do_give_outside_number, do_open_browser_telephone
from callbase.apps.organization.schemas import OutsideNumberIn, OutsideNumberOut, SoftphoneOut
from callbase.apps.organization.secrets import SIP_REALM
from callbase.apps.queues.models import NotReadyReason, Outcome
from callbase.apps.queues.queries import choice_detail, choices

router = Router(tags=["softphone"])
work = needs("agent.work")


def sip_account(device: str, password: str) -> dict[str, str]:
    return {"uri": f"sip:{device}@{SIP_REALM}", "user": device, "password": password, "realm": SIP_REALM, "ws_path": "/sip"}


@router.get("", response=SoftphoneOut)
def get_softphone(request: HttpRequest) -> dict[str, Any]:
    """Everything the console needs to be one's own telephone."""
    access = work(request)
    agent, device, password = do_open_browser_telephone(access)
    return {
        "agent": agent.number,
        "devices": queries.devices_of(agent),
        "outside": agent.outside,
        "sip": sip_account(device.id, password),
        "not_ready_reasons": [choice_detail(one) for one in choices(access, NotReadyReason).order_by("position", "key")],
        "outcomes": [choice_detail(one) for one in choices(access, Outcome).order_by("position", "key")],
    }


@router.put("/outside-number", response=OutsideNumberOut)
def put_outside_number(request: HttpRequest, data: OutsideNumberIn) -> dict[str, Any]:
    """One's own outside number, where one may give any."""
    agent, version = do_give_outside_number(work(request), data.number)
    return {"device": queries.outside_device(agent), "number": agent.outside_number, "config_version": version}
