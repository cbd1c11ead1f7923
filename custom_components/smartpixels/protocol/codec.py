"""Between JSON values (what Socket.IO carries) and typed messages."""

from typing import Any, Final

import msgspec

from .errors import ErrorCode, MalformedMessage

FRAME_LIMIT: Final = 16 * 1024
"""Largest JSON text of one frame in bytes; a catalog may have `CATALOG_LIMIT`."""

CATALOG_LIMIT: Final = 256 * 1024

type Json = dict[str, Any]


def encode(message: msgspec.Struct) -> Json:
    """Return the message as a JSON object; times as RFC 3339 in UTC."""
    value: Json = msgspec.to_builtins(message)
    return value


def decode[T](kind: type[T], payload: object) -> T:
    """Return `payload` as a `kind`: strict, nothing coerced, unknown fields ignored.

    Raises MalformedMessage when a field is missing, has the wrong type or breaks a constraint.
    """
    try:
        return msgspec.convert(payload, kind, strict=True)
    except (msgspec.ValidationError, RecursionError) as err:
        raise MalformedMessage(str(err)) from err


def ack(message: msgspec.Struct | None = None) -> Json:
    """Return the acknowledgement of a request that was done, with the reply's fields if it has a reply."""
    return {"ok": True, **(encode(message) if message is not None else {})}


def refusal(code: ErrorCode, message: str, *, retry_after_ms: int | None = None) -> Json:
    """Return the acknowledgement of a request that was not done; `message` is for people and in English."""
    error: Json = {"code": code.value, "message": message}
    if retry_after_ms is not None:
        error["retry_after_ms"] = retry_after_ms
    return {"ok": False, "error": error}
