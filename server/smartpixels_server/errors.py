"""The one root of errors; the HTTP middleware and the socket binder alone translate it for the outside."""

from typing import Any, Final

from .protocol.errors import ErrorCode

_STATUS: Final = {
    ErrorCode.MALFORMED: 400,
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.INVALID_CODE: 403,
    ErrorCode.EXPIRED_CODE: 403,
    ErrorCode.UNKNOWN_LOCATION: 404,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.INVALID: 422,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.BUSY: 503,
    ErrorCode.INTERNAL: 500,
}


class SmartPixelsError(Exception):
    """A request that is not done, with the code the other side gets; `fields` go beside `error` in the answer."""

    def __init__(
        self, code: ErrorCode, message: str, *, retry_after_ms: int | None = None, fields: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms
        self.fields = fields or {}

    @property
    def http_status(self) -> int:
        """The HTTP status that fits the code."""
        return _STATUS.get(self.code, 409)
