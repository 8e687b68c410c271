"""Structured logs: one JSON object per line to standard error, or readable lines where that is a terminal.

`callbase up` reads the lines of its processes and keeps them in home/log; a service manager does the same with its journal.
Log events are short sentences in the past tense; everything that varies is a named value beside them:
`log.info("call offered", leg=…, dialled=…)`.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET = ("asyncio", "httpx", "websockets", "uvicorn.access", "procrastinate.periodic", "axes")
"""Libraries whose INFO lines say nothing an operator acts on."""


def configure_logging(process: str, *, level: str = "INFO", json: bool | None = None) -> None:
    """Sends structlog's and the standard library's records the same way. `process` is in every line (engine, web, worker).

    `json`: None chooses by whether standard error is a terminal.
    """
    if json is None:
        json = not sys.stderr.isatty()

    def name_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        name_process,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    else:
        last += [structlog.dev.ConsoleRenderer()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
