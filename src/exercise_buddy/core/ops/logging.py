"""Logging on standard output, for our events and those of all libraries: JSON objects, or lines for people.

On a terminal, lines are for people. They leave out what a program needs: ids, addresses, and the steps of a start.

Never log a password, a token, a code, a cookie or the text of an e-mail.
"""

import logging
import logging.config
import sys
from typing import Any, TextIO, cast

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from exercise_buddy.core.settings import CoreSettings

# What the line of a request has beside its text.
_LINE = {"timestamp", "level"}


def _json_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


def _escape(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event without control characters, which clients could send to control the terminal."""
    return {
        name: ascii(value) if isinstance(value, str) and not value.isprintable() else value
        for name, value in event.items()
    }


def _shorten_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event of a request as a line that fits a terminal; other events unchanged."""
    if event.get("event") != "request":
        return event
    line = f"{event['status']} {event['method']} {event['path']} in {event['duration_ms']:.0f} ms"
    return {name: value for name, value in event.items() if name in _LINE} | {"event": line}


def _use_console(settings: CoreSettings) -> bool:
    return settings.log_format == "console" or (settings.log_format is None and sys.stdout.isatty())


class _StandardOutput:
    """The standard output of the moment. A logger keeps its file, and what replaces the output may close it."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


# One list for the whole process: a logger that was used before keeps it.
_PROCESSORS: list[Processor] = []


def configure(settings: CoreSettings) -> None:
    """Configure structlog and the standard library's logging for this process."""
    shared: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    if console := _use_console(settings):
        shared += [structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False), _shorten_request, _escape]
        renderer: Processor = structlog.dev.ConsoleRenderer(
            colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    else:
        # Tracebacks omit local variables, here and above: they may contain a password.
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        shared += [
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(tracebacks),
        ]
        renderer = _json_line
    _PROCESSORS[:] = [*shared, renderer]
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        # It writes a line in one call. With PYTHONUNBUFFERED, print takes two, and the lines of two workers mix.
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _StandardOutput())),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_standard_library(shared, renderer, settings.log_level, console=console))


def _standard_library(shared: list[Processor], renderer: Processor, level: str, *, console: bool) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.stdlib.add_logger_name, *shared],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    # A start has one line for each of 35 migrations and six of uvicorn; `serve` shows a summary.
    progress = max(level, "WARNING", key=logging.getLevelNamesMapping().__getitem__) if console else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structlog": formatter},
        "handlers": {
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "structlog"}
        },
        "root": {"handlers": ["stdout"], "level": "WARNING"},
        "loggers": {
            "uvicorn": {"level": progress, "handlers": [], "propagate": True},
            # The middleware logs each request.
            "uvicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            "alembic": {"level": progress, "handlers": [], "propagate": True},
        },
    }
