"""Error codes of the wire and the error that the codec raises."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a request was not done. Codes are only ever added."""

    # The frame itself.
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_EVENT = "unknown_event"
    HELLO_REQUIRED = "hello_required"
    JOIN_REQUIRED = "join_required"
    UNSUPPORTED_VERSION = "unsupported_version"

    # Who asks.
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN_LOCATION = "unknown_location"
    NOT_FOUND = "not_found"
    INVALID_CODE = "invalid_code"
    EXPIRED_CODE = "expired_code"

    # A command.
    NOT_EXPOSED = "not_exposed"
    NOT_ALLOWED = "not_allowed"
    RATE_LIMITED = "rate_limited"
    NOT_YOUR_TURN = "not_your_turn"
    TOGETHER = "together"
    NOT_ON_SITE = "not_on_site"
    BANNED = "banned"
    VIEW_ONLY = "view_only"
    PAUSED = "paused"
    CLOSED = "closed"
    OFFLINE = "offline"
    EXPIRED = "expired"
    DUPLICATE = "duplicate"
    DEVICE_FAILED = "device_failed"
    SUPERSEDED = "superseded"
    INVALID = "invalid"

    # The other side's fault.
    BUSY = "busy"
    INTERNAL = "internal"


class MalformedMessage(ValueError):
    """A payload does not have the shape of its message; the text says where and is safe to send back."""
