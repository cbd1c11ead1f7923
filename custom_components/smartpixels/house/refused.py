"""The house says no."""

from ..protocol.errors import ErrorCode


class Refused(Exception):
    """A command is not done; `code` says why on the wire, the text is for logs."""

    def __init__(self, code: ErrorCode, message: str, *, retry_after_ms: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_ms = retry_after_ms
