"""Builds the wall: a role, a policy on every table of tenants' rows, and what the role may do. Run after each `migrate`.

Which tables have tenants' rows is read from the database: those with a column `tenant`, and those without one whose foreign keys
lead to such a table. All others are closed to the role, but for OPEN. So a new table has its wall with its migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString

from django.core.management.base import CommandError
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.utils import ProgrammingError
from psycopg.errors import InsufficientPrivilege

from callbase.platform.postgres import TENANT_ROLE
from callbase.web.tenant_wall.request import SETTING

POLICY = "tenant_wall"
EVERYTHING = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
OPEN = {"django_session": EVERYTHING}
"""Tables of nobody's that a request needs."""
FEWER = {
    "tenant": frozenset({"SELECT"}),
    "audit_entry": frozenset({"SELECT", "INSERT"}),
    "engine_fact": frozenset({"SELECT"}),
    "interaction": frozenset({"SELECT", "UPDATE"}),
    "segment": frozenset({"SELECT"}),
    "agent_activity": frozenset({"SELECT"}),
    "recording": frozenset({"SELECT"}),
}
"""What a request may do where it may not do everything."""

CHANGED_BY_TENANTS = {
    "tenant": ("supervision_shown", "park_returns_after_s", "place_kept_s"),
    "recording": ("handled",),
}
"""Columns a request may change where it may change nothing else of the row."""

_TENANT = f"(SELECT current_setting('{SETTING}', true))"
"""A sub-query, so that it is worked out once a statement and not once a row."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    has_tenant: bool
    leads_to: tuple[tuple[str, str, str, bool], ...]
    """Foreign keys: column, the other table, its column, whether it may be null."""
    walled: bool
    granted: frozenset[str]


def build(**signal: object) -> None:
    """Adds what is missing; nothing where all is in place. Raises CommandError where the database's user may not."""
    with connection.cursor() as cursor:
        _make_role(cursor)
        there = tables(cursor)
        conditions = policies(there)
        for table in there:
            wanted = FEWER.get(table.name, EVERYTHING) if table.name in conditions else OPEN.get(table.name, frozenset())
            name = connection.ops.quote_name(table.name)
            if table.name in conditions and not table.walled:
                condition = conditions[table.name]
                cursor.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
                cursor.execute(f"CREATE POLICY {POLICY} ON {name} TO {TENANT_ROLE} USING ({condition}) WITH CHECK ({condition})")
            for privilege in sorted(wanted - table.granted):
                cursor.execute(f"GRANT {privilege} ON {name} TO {TENANT_ROLE}")
            for privilege in sorted(table.granted - wanted):
                cursor.execute(f"REVOKE {privilege} ON {name} FROM {TENANT_ROLE}")
            for column in CHANGED_BY_TENANTS.get(table.name, ()):
                _let_change(cursor, table.name, column)


def _let_change(cursor: CursorWrapper, table: str, column: str) -> None:
    cursor.execute("SELECT has_column_privilege(%s, %s, %s, 'UPDATE')", [TENANT_ROLE, table, column])
    if cursor.fetchone() != (True,):
        cursor.execute(f"GRANT UPDATE ({column}) ON {table} TO {TENANT_ROLE}")


def policies(there: list[Table]) -> dict[str, str]:
    """Walled table → the condition its rows must meet."""
    found = {table.name: f"{'id' if table.name == 'tenant' else 'tenant'} = {_TENANT}" for table in there if table.has_tenant}
    while True:
        more = {}
        for table in there:
            keys = [key for key in table.leads_to if key[1] in found]
            if table.name not in found and any(not nullable for _, _, _, nullable in keys):
                more[table.name] = " AND ".join(_belongs(table.name, *key) for key in keys)
        if not more:
            return found
        found |= more


def _belongs(table: str, column: str, other: str, other_column: str, nullable: bool) -> str:
    """The other table's own policy decides."""
    own, others, key, name = (connection.ops.quote_name(one) for one in (table, other, other_column, column))
    condition = f"EXISTS (SELECT FROM {others} WHERE {others}.{key} = {own}.{name})"
    return f"({own}.{name} IS NULL OR {condition})" if nullable else condition


def tables(cursor: CursorWrapper) -> list[Table]:
    """Of the current schema; a partitioned table counts once, and its partitions are reached by it only."""
    cursor.execute(_TABLES, [POLICY, TENANT_ROLE])
    return [
        Table(
            name,
            has_tenant,
            tuple((column, other, other_column, nullable == "true") for column, other, other_column, nullable in leads_to),
            walled,
            frozenset(granted),
        )
        for name, has_tenant, leads_to, walled, granted in cursor.fetchall()
    ]


_TABLES: LiteralString = """
    SELECT c.relname,
        c.relname = 'tenant' OR EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped),
        coalesce((
            SELECT array_agg(ARRAY[a.attname::text, other.relname::text, b.attname::text, (NOT a.attnotnull)::text]
                             ORDER BY a.attname)
            FROM pg_constraint k
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
            JOIN pg_class other ON other.oid = k.confrelid
            JOIN pg_attribute b ON b.attrelid = other.oid AND b.attnum = k.confkey[1]
            WHERE k.conrelid = c.oid AND k.contype = 'f' AND cardinality(k.conkey) = 1), ARRAY[]::text[]),
        c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = %s),
        coalesce((
            SELECT array_agg(privilege_type::text) FROM aclexplode(c.relacl)
            WHERE grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)), ARRAY[]::text[])
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ORDER BY c.relname
"""


def _make_role(cursor: CursorWrapper) -> None:
    """Made by the embedded PostgreSQL itself; elsewhere by us, if we may."""
    cursor.execute("SELECT current_setting('server_version_num')::int >= 160000")
    membership = "SET" if cursor.fetchone() == (True,) else "MEMBER"
    try:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [TENANT_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {TENANT_ROLE} NOLOGIN")
        cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [TENANT_ROLE, membership])
        if cursor.fetchone() != (True,):
            cursor.execute(f"GRANT {TENANT_ROLE} TO CURRENT_USER")
        cursor.execute("SELECT has_schema_privilege(%s, current_schema(), 'USAGE')", [TENANT_ROLE])
        if cursor.fetchone() != (True,):
            cursor.execute(f"GRANT USAGE ON SCHEMA {connection.ops.quote_name(_schema(cursor))} TO {TENANT_ROLE}")
    except ProgrammingError as problem:
        if not isinstance(problem.__cause__, InsufficientPrivilege):
            raise
        cursor.execute("SELECT current_user")
        (user,) = cursor.fetchone()
        raise CommandError(
            f"the database's user {user} may not make the role that keeps tenants apart. Once, as an administrator of the "
            f'database server: CREATE ROLE {TENANT_ROLE} NOLOGIN; GRANT {TENANT_ROLE} TO "{user}";'
        ) from problem


def _schema(cursor: CursorWrapper) -> Any:
    cursor.execute("SELECT current_schema()")
    return cursor.fetchone()[0]
