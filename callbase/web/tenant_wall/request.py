"""The wall in a request: put up once it is known who asks, taken away before anybody else gets the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase
from psycopg.pq import TransactionStatus

from callbase.platform.postgres import TENANT_ROLE

log = structlog.get_logger(__name__)

SETTING = "callbase.tenant"


@dataclass(slots=True)
class _Wall:
    """Kept with a thread's connection. `tenant` None: there is none."""

    tenant: str | None = None


def bind(tenant: str) -> None:
    """From here to `release` this thread's connection sees and writes that tenant's rows only."""
    _wall(connection).tenant = tenant
    if connection.connection is not None:  # else it is put up when the connection is made
        _put_up(tenant)


def release() -> None:
    """Nothing where there is no wall. A connection that cannot be released is closed."""
    wall = _wall(connection)
    if wall.tenant is None:
        return
    wall.tenant = None
    if connection.connection is None:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', 'none', false), set_config(%s, '', false)", [SETTING])
    except DatabaseError:
        log.warning("a connection kept its tenant, so it was closed")
        connection.connection.close()


@contextmanager
def every_tenant() -> Iterator[None]:
    """Within, statements see all tenants' rows: for what is one for the whole installation. Nothing changes where no wall is."""
    wall = _wall(connection)
    tenant = wall.tenant
    if tenant is None:
        yield
        return
    with connection.cursor() as cursor:
        wall.tenant = None
        cursor.execute("SELECT set_config('role', 'none', false)")
    try:
        yield
    finally:
        wall.tenant = tenant
        # a transaction that has failed gives the role back when it is rolled back
        if connection.connection is not None and connection.connection.info.transaction_status != TransactionStatus.INERROR:
            _put_up(tenant)


@contextmanager
def only(tenant: str) -> Iterator[None]:
    """For what a request still does when its answer has begun."""
    bind(tenant)
    try:
        yield
    finally:
        release()


class TenantWall:
    """Middleware, the innermost. The wall is put up by `access_of_request`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self._get_response(request)
        finally:
            release()


def on_connection_created(sender: object, connection: Any, **more: object) -> None:
    """A connection made after the wall was wanted, or again."""
    tenant = _wall(connection).tenant
    if tenant is not None:
        _put_up(tenant)


def _put_up(tenant: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, false), set_config(%s, %s, false)", [TENANT_ROLE, SETTING, tenant])


def _wall(of: Any) -> _Wall:
    wall = getattr(of, "callbase_wall", None)
    if not isinstance(wall, _Wall):
        wall = of.callbase_wall = _Wall()
    return wall
