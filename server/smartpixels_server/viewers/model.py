"""Who a viewer is, and the signed cookie that says so."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "pl")

_COOKIE: Final = re.compile(
    r"1\.(?P<viewer_id>[A-Za-z0-9_-]{22})\.(?P<language>en|pl)\.(?P<signature>[A-Za-z0-9_-]{43})"
)


@dataclass(frozen=True, kw_only=True)
class ViewerIdentity:
    """An anonymous person: an opaque id, which others may see, and the language to be named in."""

    viewer_id: str
    language: str


def new_viewer_id() -> str:
    """Return an id that nobody else has."""
    return secrets.token_urlsafe(16)


def sign(identity: ViewerIdentity, key: bytes) -> str:
    """Return the cookie value for a viewer."""
    value = f"1.{identity.viewer_id}.{identity.language}"
    return f"{value}.{_signature(value, key)}"


def verify(cookie: str, keys: Sequence[bytes]) -> ViewerIdentity | None:
    """Return who the cookie says it is; None when no key signed it."""
    match = _COOKIE.fullmatch(cookie)
    if match is None:
        return None
    value = cookie.rpartition(".")[0]
    if not any(hmac.compare_digest(match["signature"], _signature(value, key)) for key in keys):
        return None
    return ViewerIdentity(viewer_id=match["viewer_id"], language=match["language"])


def _signature(value: str, key: bytes) -> str:
    return urlsafe_b64encode(hmac.digest(key, f"viewer {value}".encode(), "sha256")).decode().rstrip("=")
