"""What has been put into the database already, so that a later start need not look: a stamp per step, kept in that database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

import psycopg

from callbase.platform.environment import ROOT

_TABLE = "CREATE TABLE IF NOT EXISTS installation_stamp (step text PRIMARY KEY, stamp text NOT NULL)"


def read_stamps(database_url: str) -> dict[str, str]:
    """By step; empty for a new database."""
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        if connection.execute("SELECT to_regclass('installation_stamp')").fetchone() == (None,):
            return {}
        return dict(connection.execute("SELECT step, stamp FROM installation_stamp").fetchall())


def write_stamps(database_url: str, stamps: dict[str, str]) -> None:
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        connection.execute(_TABLE)
        for step, stamp in stamps.items():
            connection.execute(
                "INSERT INTO installation_stamp VALUES (%s, %s) ON CONFLICT (step) DO UPDATE SET stamp = excluded.stamp",
                (step, stamp),
            )


def migrations_stamp() -> str:
    """Changes with every file a migration is made of, ours and those of the packages we use."""
    own = [*ROOT.glob("callbase/apps/*/migrations/*.py"), *ROOT.glob("callbase/apps/*/*.sql")]
    own += ROOT.glob("callbase/web/tenant_wall/*.py")
    return _digest([*own, ROOT / "callbase" / "web" / "settings.py", ROOT / "uv.lock"])


def demo_stamp() -> str:
    """Changes with the code of the demo centre."""
    return _digest(ROOT.glob("callbase/apps/demo/**/*.py"))


def password_stamp(secret_key: str, password: str) -> str:
    """Tells whether the demo's password is the same as last time, and nothing else about it."""
    return hmac.new(secret_key.encode(), password.encode(), "sha256").hexdigest()


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        if file.is_file():
            digest.update(f"{file.relative_to(ROOT)}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
