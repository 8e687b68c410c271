"""`install_demo --password`: the demo centre, made or completed."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from callbase.apps.demo.actions import do_install_demo
from callbase.apps.demo.centre import TENANT
from callbase.apps.organization.models import Tenant


class Command(BaseCommand):
    help = "Makes the demo centre, or what is missing of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", help="of all its people and desk phones; drawn and printed where a new centre has none")

    def handle(self, *args: Any, password: str | None = None, **options: Any) -> None:
        drawn = None
        if not password and not Tenant.objects.filter(id=TENANT).exists():
            password = drawn = secrets.token_urlsafe(9)
        made = do_install_demo(password)
        self.stdout.write("The demo centre has been made." if made else "The demo centre is in place.")
        if drawn:
            self.stdout.write(f"Password of everybody in it (shown this once): {drawn}")
