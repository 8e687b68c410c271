"""The worker process: jobs in the background (procrastinate, queue in PostgreSQL), periodic work, recordings, backups.

It may be killed at any moment: what it was doing is still due in the database, and done again by itself or another worker.
"""

from __future__ import annotations

import asyncio
import os
from typing import cast

import structlog

log = structlog.get_logger(__name__)

HEARTBEAT_S = 2.0
"""How often a worker shows that it lives; /healthz and others go by it."""
DEAD_AFTER_S = 30.0
GRACEFUL_S = 5.0
DATABASE_PAUSE_S = 2.0
JOBS_AT_ONCE = 4


def run() -> None:
    """Until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callbase.web.settings")
    import django

    django.setup()
    asyncio.run(_run())


async def _run() -> None:
    from callbase.apps.recordings.watch import watch_recordings
    from callbase.platform.backup import make_daily_backups
    from callbase.platform.environment import read_environment

    environment = read_environment()
    log.info("worker started", pid=os.getpid())
    tasks = [
        asyncio.create_task(watch_recordings(environment), name="recordings"),
        asyncio.create_task(make_daily_backups(environment), name="backups"),
        asyncio.create_task(_do_jobs(), name="jobs"),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()  # raises what ended it; the supervisor starts us again
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        log.info("worker stopped")


async def _do_jobs() -> None:
    """Until a signal says stop. Waits while the database is away."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.exceptions import ConnectorException

    from callbase.apps.simulations import tasks  # noqa: F401  registers its tasks, as housekeeping does
    from callbase.web import housekeeping  # noqa: F401

    while True:
        try:
            connector = cast(DjangoConnector, app.connector).get_worker_connector()
            with app.replace_connector(connector) as with_pool:
                async with with_pool.open_async():
                    await with_pool.run_worker_async(
                        concurrency=JOBS_AT_ONCE,
                        update_heartbeat_interval=HEARTBEAT_S,
                        stalled_worker_timeout=DEAD_AFTER_S,
                        shutdown_graceful_timeout=GRACEFUL_S,
                        delete_jobs="successful",
                    )
            return
        except ConnectorException as error:
            log.warning("database away, jobs wait", reason=str(error) or type(error).__name__)
            await asyncio.sleep(DATABASE_PAUSE_S)
