"""The wall in the database: what a request of one tenant's asks, however it asks, touches no other tenant's rows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management.base import CommandError
from django.db import DatabaseError, ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from callbase.apps.organization import queries
from callbase.apps.organization.models import Tenant, Unit
from callbase.platform.environment import ROOT
from callbase.platform.postgres import TENANT_ROLE
from callbase.web.tenant_wall import bind, every_tenant, only, policies, release
from tests.web.asgi_server import served
from tests.web.centre import Call, Centre
from tests.web.conftest import Person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def walled() -> dict[str, str]:
    with connection.cursor() as cursor:
        return policies.policies(policies.tables(cursor))


@pytest.fixture
def other(demo: None) -> Tenant:
    """A tenant beside the demo centre, with a unit and a call."""
    centre = Centre("other")
    Unit.objects.create(tenant_id="other", name="of the other")
    Call("other", NOW).queued("sales", 0, 5, "answered").talked("1001", 5, 35, "sales").recorded()
    return Tenant.objects.get(id=centre.tenant)


@pytest.fixture
def in_request(admin: Person, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Any]:
    """Runs something within a request of the demo's administrator, where its answer would be made; raises what that raised."""

    def run(work: Callable[[], Any]) -> Any:
        found: list[Any] = []
        real = queries.units

        def units(access: Any) -> Any:
            try:
                with transaction.atomic():
                    found.append(work())
            except DatabaseError as error:
                found.append(error)
            return real(access)

        monkeypatch.setattr(queries, "units", units)
        assert admin.get("/api/units").status_code == 200
        monkeypatch.setattr(queries, "units", real)
        if isinstance(found[0], DatabaseError):
            raise found[0]
        return found[0]

    return run


@pytest.fixture
def unbound() -> Iterator[None]:
    yield
    release()


# --- what a request sees and may do ----------------------------------------------------------------------------------


def test_raw_sql_sees_the_own_tenants_rows_only(other: Tenant, in_request: Any) -> None:
    tables = [table for table, condition in walled().items() if condition.startswith("tenant =")]
    seen = in_request(lambda: {table: {row[0] for row in ask(f"SELECT DISTINCT tenant FROM {table}")} for table in tables})
    assert {"unit", "person", "interaction", "segment", "recording", "audit_entry", "queue"} <= set(tables)
    assert set().union(*seen.values()) == {"demo"}
    assert in_request(lambda: ask("SELECT id FROM tenant")) == [("demo",)]
    assert {row[0] for row in ask("SELECT tenant FROM unit UNION SELECT tenant FROM interaction")} == {"demo", "other"}


def test_rows_without_a_tenant_are_their_owners(other: Tenant, in_request: Any) -> None:
    statement = "SELECT count(*), count(person.id) FROM person_role LEFT JOIN person ON person.id = person_role.person_id"
    everybody = ask(statement)[0][0]
    seen, known = in_request(lambda: ask(statement))[0]
    assert 0 < seen == known < everybody


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO unit (id, tenant, name, position) VALUES (gen_random_uuid(), 'other', 'x', 0)",
        "UPDATE unit SET tenant = 'other'",
        "INSERT INTO audit_entry (tenant, at, actor, action, object_type, object_id, changes)"
        " VALUES ('other', now(), '', 'x', 'x', 'x', '{}')",
    ],
)
def test_nothing_is_written_for_another(other: Tenant, in_request: Any, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        in_request(lambda: ask(statement))


def test_nothing_of_anothers_is_given_to_the_own(other: Tenant, in_request: Any) -> None:
    person, role = (
        ask("SELECT id FROM person WHERE tenant = 'demo'")[0][0],
        ask("SELECT id FROM role WHERE tenant = 'other'")[0][0],
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        in_request(lambda: ask("INSERT INTO person_role (person_id, role_id) VALUES (%s, %s)", person, role))


def test_what_is_anothers_is_neither_changed_nor_deleted(other: Tenant, in_request: Any) -> None:
    def harm() -> None:
        ask("UPDATE unit SET position = 7")
        ask("UPDATE interaction SET note = 'mine'")
        ask("DELETE FROM unit WHERE tenant = 'other'")

    in_request(harm)
    assert ask("SELECT name, position FROM unit WHERE tenant = 'other'") == [("of the other", 0)]
    assert ask("SELECT note FROM interaction WHERE tenant = 'other'") == [("",)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT document FROM engine_config",
        "SELECT event FROM engine_journal",
        "SELECT state FROM engine_snapshot",
        "SELECT * FROM procrastinate_jobs",
        "SELECT * FROM interaction_default",
        "UPDATE audit_entry SET actor = ''",
        "DELETE FROM audit_entry",
        "DELETE FROM interaction",
        "UPDATE recording SET file = ''",
        "UPDATE tenant SET name = ''",
        "ALTER TABLE unit DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
    ],
)
def test_what_is_no_tenants_or_the_engines_is_closed(other: Tenant, in_request: Any, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        in_request(lambda: ask(statement))


# --- the wall is there for every table -------------------------------------------------------------------------------


def bare(tables: list[policies.Table]) -> set[str]:
    """Tables of tenants' rows without a wall, and tables of nobody's that are open to requests."""
    conditions = policies.policies(tables)
    unwalled = {table.name for table in tables if table.name in conditions and not table.walled}
    return unwalled | {table.name for table in tables if table.granted and table.name not in {*conditions, *policies.OPEN}}


def test_every_table_of_tenants_rows_has_its_wall(db: None) -> None:
    with connection.cursor() as cursor:
        tables = policies.tables(cursor)
    assert bare(tables) == set()
    assert len(policies.policies(tables)) > 30
    ours = {table.name for table in tables if not table.name.startswith(("django_", "auth_", "axes_", "procrastinate_"))}
    engines = {"engine_config", "engine_journal", "engine_lease", "engine_projection", "engine_snapshot"}
    assert ours - set(policies.policies(tables)) == engines | {"alarm"}, "a table of nobody's: is it really?"


def test_a_new_table_is_found_bare_and_walled_by_the_next_migration(db: None) -> None:
    ask("CREATE TABLE later (id int PRIMARY KEY, tenant text NOT NULL)")
    ask("CREATE TABLE later_part (id int PRIMARY KEY, later int NOT NULL REFERENCES later, note text)")
    ask("CREATE TABLE later_parts_part (part int NOT NULL REFERENCES later_part)")
    with connection.cursor() as cursor:
        assert bare(policies.tables(cursor)) == {"later", "later_part", "later_parts_part"}
        policies.build()
        assert bare(policies.tables(cursor)) == set()
    ask("INSERT INTO later VALUES (1, 'a'), (2, 'b')")
    ask("INSERT INTO later_part VALUES (1, 1, ''), (2, 2, '')")
    ask("INSERT INTO later_parts_part VALUES (1), (2)")
    with only("b"):
        assert (ask("SELECT id FROM later"), ask("SELECT id FROM later_part")) == ([(2,)], [(2,)])
        assert ask("SELECT part FROM later_parts_part") == [(2,)]


def test_a_right_given_away_is_taken_back(db: None) -> None:
    ask(f"GRANT SELECT ON engine_config TO {TENANT_ROLE}; GRANT DELETE ON audit_entry TO {TENANT_ROLE}")
    policies.build()
    with connection.cursor() as cursor:
        granted = {table.name: table.granted for table in policies.tables(cursor)}
    assert (granted["engine_config"], granted["audit_entry"]) == (frozenset(), frozenset({"SELECT", "INSERT"}))


def test_a_database_user_who_may_not_make_the_role_is_told_what_to_do(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Poor:
        def execute(self, statement: str, values: Any = None) -> None:
            self.statement = statement
            if statement.startswith("CREATE ROLE"):
                raise ProgrammingError from InsufficientPrivilege()

        def fetchone(self) -> Any:
            return ("poor",) if "current_user" in self.statement else None

    with pytest.raises(CommandError, match='CREATE ROLE callbase_tenant NOLOGIN; GRANT callbase_tenant TO "poor";'):
        policies._make_role(Poor())  # type: ignore[arg-type]


# --- it is put up and taken away -------------------------------------------------------------------------------------


def who() -> tuple[str, str]:
    return ask("SELECT current_user::text, current_setting('callbase.tenant', true)")[0]


def test_a_request_is_bound_and_leaves_nothing_behind(admin: Person, in_request: Any) -> None:
    owner = who()
    assert in_request(who) == (TENANT_ROLE, "demo")
    assert who()[0] == owner[0] != TENANT_ROLE
    assert who()[1] in ("", None)


def test_a_request_that_breaks_leaves_nothing_behind(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def units(access: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(queries, "units", units)
    admin.http.raise_request_exception = False
    assert admin.get("/api/units").status_code == 500
    assert who()[0] != TENANT_ROLE


def test_beyond_the_wall_and_back(db: None, unbound: None) -> None:
    owner = who()[0]
    bind("demo")
    with every_tenant():
        assert who()[0] == owner
        with every_tenant():
            assert who()[0] == owner
        assert who()[0] == owner
    assert who() == (TENANT_ROLE, "demo")


@pytest.mark.parametrize("fails", ["SELECT 1/0", None])
@pytest.mark.parametrize("outside", [True, False])
def test_what_fails_beyond_the_wall_is_back_behind_it(db: None, unbound: None, fails: str | None, outside: bool) -> None:
    bind("demo")
    inner, outer = (transaction.atomic(), every_tenant()) if outside else (every_tenant(), transaction.atomic())

    def work() -> None:
        with outer, inner:
            ask(fails or "SELECT 1")
            raise KeyError

    with pytest.raises((DatabaseError, KeyError)):
        work()
    assert who() == (TENANT_ROLE, "demo")


def test_a_refused_change_stays_behind_the_wall(db: None, unbound: None) -> None:
    bind("demo")

    def refused() -> None:
        with transaction.atomic():
            with every_tenant():
                ask("SELECT 1")
            raise KeyError

    with pytest.raises(KeyError):
        refused()
    assert who() == (TENANT_ROLE, "demo")


def test_only_these_look_beyond_the_wall() -> None:
    """Each for what is one for the whole installation. Add to the list only what is that, and shows no tenant another's."""
    users = Counter(
        str(file.relative_to(ROOT / "callbase"))
        for file in (ROOT / "callbase").rglob("*.py")
        for line in file.read_text().splitlines()
        if "every_tenant()" in line and "tenant_wall" not in str(file)
    )
    assert users == {
        "apps/alarms/actions.py": 1,  # of the whole installation
        "apps/alarms/queries.py": 1,
        "apps/configuration/actions.py": 1,  # the one document of all tenants
        "apps/configuration/queries.py": 1,  # the newest of that document, of which findings show the number
        "apps/interactions/names.py": 1,  # names out of that document, of one tenant
        "apps/organization/actions/telephones.py": 1,  # SIP user names are shared by all
        "apps/organization/api/session.py": 1,  # the lock-out's tables
        "apps/simulations/actions.py": 1,  # the worker's queue
        "apps/organization/queries.py": 1,  # whether there is a demo centre
    }


@pytest.mark.django_db(transaction=True)
async def test_requests_of_two_tenants_share_connections_and_never_a_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the web's own server and its pool of connections, many at once."""
    seen: list[tuple[str, str, set[str]]] = []
    real = queries.units

    def units(access: Any) -> Any:
        rows = {row[0] for row in ask("SELECT DISTINCT tenant FROM person")}
        seen.append((access.tenant.id, ask("SELECT pg_backend_pid()::text")[0][0], rows))
        return real(access)

    monkeypatch.setattr(queries, "units", units)
    cookies = await database_sync_to_async(_two_tenants)()
    async with served(get_asgi_application()) as address, aiohttp.ClientSession() as session:

        async def get(tenant: str) -> int:
            async with session.get(f"http://{address}/api/units", headers={"Cookie": cookies[tenant]}) as answer:
                return answer.status

        statuses = await asyncio.gather(*(get(tenant) for _ in range(30) for tenant in ("acme", "other")))
    assert set(statuses) == {200}
    assert len(seen) == 60
    assert all(rows == {tenant} for tenant, _, rows in seen)
    served_by = {backend: {tenant for tenant, other, _ in seen if other == backend} for _, backend, _ in seen}
    assert {"acme", "other"} in served_by.values(), "some connection served both"


def _two_tenants() -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    found = {}
    for tenant in ("acme", "other"):
        centre = Centre(tenant)
        role = centre.people["2001"].roles.get()
        role.permissions = [*role.permissions, "people.manage"]
        role.save()
        found[tenant] = f"{name}={centre.client('2001').cookies[name].value}"
    return found
