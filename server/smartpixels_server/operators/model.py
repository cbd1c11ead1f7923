"""Who an operator is and may do."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

NAME_LENGTH: Final = 64
SESSION_TIME: Final = timedelta(hours=12)


class Role(StrEnum):
    """What somebody may do in the admin."""

    OPERATOR = "operator"
    """Everything."""

    MODERATOR = "moderator"
    """Look after the places that were given to them."""


class AuditAction(StrEnum):
    """What the audit log speaks of."""

    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    OPERATOR_ADDED = "operator_added"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, no password
    LOCATION_CREATED = "location_created"
    CODE_MADE = "code_made"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the same
    TURN_ENDED = "turn_ended"


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Somebody who may log in; `location_ids` matter for moderators only."""

    operator_id: str
    name: str
    role: Role
    created_at: datetime
    location_ids: frozenset[str] = frozenset()

    @property
    def is_operator(self) -> bool:
        """Whether everything is allowed."""
        return self.role is Role.OPERATOR

    def may_moderate(self, location_id: str) -> bool:
        """Tell whether the place is one of theirs."""
        return self.is_operator or location_id in self.location_ids


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """By what an operator is known."""

    operator: Operator
    password_hash: str
    totp_secret: str | None


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did."""

    entry_id: str
    at: datetime
    who: str
    action: AuditAction
    location_id: str | None
    detail: str


def new_session_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def session_hash(token: str) -> str:
    """Return what is stored instead of the token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def csrf_token(session_token: str) -> str:
    """Return what forms of this session carry; it does not betray the session's token."""
    return hashlib.sha256(f"form {session_token}".encode(errors="replace")).hexdigest()
