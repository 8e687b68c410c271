"""Sign-in, people, roles, units and agents' telephones over HTTP."""

from callbase.apps.organization.api.centre import centre_router
from callbase.apps.organization.api.people import router as people_router
from callbase.apps.organization.api.roles import roles_router
from callbase.apps.organization.api.session import auth_router, me_router
from callbase.apps.organization.api.telephones import router as softphone_router
from callbase.apps.organization.api.units import units_router

__all__ = ["auth_router", "centre_router", "me_router", "people_router", "roles_router", "softphone_router", "units_router"]
