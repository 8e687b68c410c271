from __future__ import annotations

from pathlib import Path

import pytest

from callbase.platform.environment import Environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(
        home=tmp_path / "home",
        http_port=18080,
        sip_port=15060,
        rtp_first=20000,
        rtp_last=20099,
        bind="127.0.0.1",
        database_url=None,
        demo_password=None,
    )


@pytest.fixture
def all_ports_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any address, though it be none of this machine."""
    monkeypatch.setattr("callbase.platform.ports.is_free", lambda port, **where: True)
