"""A simulated day, asked for over the API and played by the worker of the running platform."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.system.centre import Centre


async def test_a_day_is_played_by_the_worker_and_shows_both_configurations(centre: Centre) -> None:
    sales = await centre.get("/api/queues/sales")
    planned = {**sales, "members": sales["members"][:3]}
    load = {"queue": "sales", "calls_per_hour": [0.0] * 9 + [60.0] + [0.0] * 14, "talk_s": 240, "patience_s": 300}
    asked: Any = await centre.post(
        "/api/simulations",
        {
            "traffic": {"kind": "drawn", "loads": [load]},
            "staff": {"kind": "members", "start": 9, "end": 10},
            "queues": [planned],
        },
    )
    async with asyncio.timeout(60):
        while (found := await centre.get(f"/api/simulations/{asked['id']}"))["state"] in ("queued", "running"):
            await asyncio.sleep(0.2)
    assert found["state"] == "done", found
    present, fewer = (
        next(queue for queue in found["result"][day]["queues"] if queue["queue"] == "sales") for day in ("present", "planned")
    )
    assert present["offered"] == fewer["offered"] > 30
    assert present["service_level"] > 0.9 > fewer["service_level"], "three agents cannot do the work of ten"
    assert fewer["abandoned"] > present["abandoned"]
