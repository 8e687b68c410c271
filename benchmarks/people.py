"""Agents who are signed in to the web, and customers whose numbers are known: rows in an installation's own database.

`python -m benchmarks.people 3001,3002,… 13800000000 20000`, in the installation's environment: prints the cookies of the agents'
sessions as one JSON object, and makes so many customers from the number on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

import django

TENANT = "demo"


def make_people(environment: dict[str, str], agents: Sequence[str], first_number: int, customers: int) -> dict[str, str]:
    """Agent → the Cookie header of its session. Raises CalledProcessError."""
    command = [sys.executable, "-m", "benchmarks.people", ",".join(agents), str(first_number), str(customers)]
    made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(made.stdout))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callbase.web.settings")
    django.setup()
    agents, first, count = sys.argv[1].split(","), int(sys.argv[2]), int(sys.argv[3])
    _make_customers(first, count)
    print(json.dumps(_sign_in(agents)))


def _make_customers(first: int, count: int) -> None:
    from callbase.apps.customers.models import Customer, CustomerNumber

    customers = Customer.objects.bulk_create(Customer(tenant_id=TENANT, name=f"Customer {first + turn}") for turn in range(count))
    CustomerNumber.objects.bulk_create(
        CustomerNumber(tenant_id=TENANT, customer=customer, number=str(first + turn)) for turn, customer in enumerate(customers)
    )


def _sign_in(agents: list[str]) -> dict[str, str]:
    """People with the role of the demo's agents, and a session of each."""
    from datetime import timedelta

    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from callbase.apps.organization.models import Agent, Person, Role

    role = Role.objects.get(tenant_id=TENANT, key="agent")
    people = Person.objects.bulk_create(Person(tenant_id=TENANT, login=agent, name=agent) for agent in agents)
    Agent.objects.bulk_create(Agent(tenant_id=TENANT, number=person.login, person=person) for person in people)
    through = Person.roles.through
    through.objects.bulk_create(through(person_id=person.id, role_id=role.id) for person in people)
    store, until = SessionStore(), timezone.now() + timedelta(hours=6)
    sessions = [
        Session(
            session_key=f"benchmark{person.login:0>20}",
            session_data=store.encode({"_auth_user_id": str(person.id), "_auth_user_hash": person.get_session_auth_hash()}),
            expire_date=until,
        )
        for person in people
    ]
    Session.objects.bulk_create(sessions)
    return {
        person.login: f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        for person, session in zip(people, sessions, strict=True)
    }


if __name__ == "__main__":
    main()
