"""Logs: one JSON object a line on standard error, with ids of request and command, without personal data."""

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from ledger.decisions import Command

# Members of facts and commands about people, and members that may hold those.  Ids of commands and documents are not
# personal.
PERSONAL = frozenset({"at_device", "body", "by", "command", "data", "name", "payload", "person", "persons", "phone"})


def configure(level: str = "info") -> None:
    """Send our own and the libraries' logs the same way.  uvicorn is to be started with `log_config=None`."""
    structlog.configure(
        processors=[*shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(frames_without_values),
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("uvicorn.access").disabled = True  # its lines carry addresses and whole paths


def shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_personal_data,
    ]


def without_personal_data(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The last guard: whoever logs such a key logs that there was one, not what it said."""
    return {key: "(left out)" if key in PERSONAL else value for key, value in event.items()}


def frames_without_values(exc_info: ExcInfo) -> str:
    """Where an exception came from.  Its later lines often quote rows or input, so only the first is kept."""
    kind, value, frames = exc_info
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(frames)]
    first_line = str(value).partition("\n")[0]
    return " < ".join([f"{kind.__name__}: {first_line}", *reversed(where)])


def shown_id(command: Command) -> str:
    """The id of a command for a line of the log; that of an anonymous report is shown to nobody (rule 38)."""
    return SEALED if command.anonymous else command.id


SEALED = "(sealed)"
bind = structlog.contextvars.bound_contextvars
"""`with bind(request_id=…, command_id=…):` puts the ids on every line logged inside."""
