"""What an API key is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

NAME_LENGTH: Final = 64
_PREFIX: Final = "sp_"


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    """See locations, devices, states, activity and numbers."""

    COMMAND = "command"
    """Act as a viewer whose handle is the key's name."""

    WEBHOOK = "webhook"
    """Add and remove webhooks."""


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key as the store keeps it, without the secret."""

    key_id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime


def new_secret() -> str:
    """Return a secret that nobody can guess and that secret scanners recognize."""
    return _PREFIX + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is stored instead of the secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
