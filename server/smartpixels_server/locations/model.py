"""What a location is; tokens, pairing codes and slugs."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..protocol.messages import Part, Time

PAIRING_TIME: Final = timedelta(minutes=15)
SLUG_LENGTH: Final = 48
NAME_LENGTH: Final = 64

_CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH: Final = 8
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_UNDECOMPOSED: Final = str.maketrans({"ł": "l", "Ł": "l", "ß": "ss", "ø": "o", "đ": "d", "æ": "ae"})


@dataclass(frozen=True, kw_only=True)
class Location:
    """A place that joined, or may join, this server."""

    location_id: str
    slug: str
    name: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class PairingCode:
    """A code as the store keeps it: a hash that is good for one use."""

    code_hash: str
    location_id: str
    expires_at: datetime
    used_at: datetime | None = None


class LinkStatus(Part, frozen=True, kw_only=True):
    """Whether the location is linked, and since when that has been so."""

    online: bool
    since: Time


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a pairing code without letters and digits that look alike, such as `K7QF-93XM`."""
    code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return f"{code[:4]}-{code[4:]}"


def token_hash(token: str) -> str:
    """Return what is stored instead of the token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def code_hash(code: str) -> str:
    """Return what is stored instead of the code; case, dashes and spaces do not matter."""
    return hashlib.sha256(re.sub(r"[\s-]", "", code).upper().encode(errors="replace")).hexdigest()


def is_slug(text: str) -> bool:
    """Tell whether the text can stand in an address."""
    return len(text) <= SLUG_LENGTH and _SLUG.fullmatch(text) is not None


def slug_of(name: str) -> str:
    """Return a slug made from a name; `place` when nothing of the name can stand in an address."""
    plain = unicodedata.normalize("NFKD", name.translate(_UNDECOMPOSED).lower())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)), re.ASCII)
    return "-".join(words)[:SLUG_LENGTH].strip("-") or "place"
