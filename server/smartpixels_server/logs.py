"""How the log looks: text for people, or one ECS object a line for machines, with the command that it is about."""

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, override

import msgspec

COMMAND_ID: Final[ContextVar[str | None]] = ContextVar("command_id", default=None)
"""The command that the running task works on; JSON lines name it."""

_ECS_VERSION: Final = "8.17"
_TEXT: Final = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class EcsFormatter(logging.Formatter):
    """One line of Elastic Common Schema per record."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "@timestamp": datetime.fromtimestamp(record.created, UTC),
            "log.level": record.levelname.lower(),
            "message": record.getMessage().encode(errors="replace").decode(),
            "ecs.version": _ECS_VERSION,
            "log.logger": record.name,
            "service.name": "smartpixels-server",
            "process.pid": record.process,
        }
        command_id = COMMAND_ID.get()
        if command_id is not None:
            fields["labels.command_id"] = command_id
        if record.exc_info is not None and record.exc_info[0] is not None:
            fields["error.type"] = record.exc_info[0].__name__
            fields["error.message"] = str(record.exc_info[1])
            fields["error.stack_trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(fields).decode()


def set_up_logs(level: str, log_format: str) -> None:
    """Send the log to stderr, as text or as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EcsFormatter() if log_format == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
