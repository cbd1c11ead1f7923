"""Logging in and out, adding operators, and the audit log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from ..web.rate_limit import RateLimit
from . import totp
from .model import (
    NAME_LENGTH,
    SESSION_TIME,
    AuditAction,
    AuditEntry,
    Credentials,
    Operator,
    Role,
    new_session_token,
    session_hash,
)
from .passwords import MAX_LENGTH, MIN_LENGTH, Passwords, new_password
from .store import NameTaken, OperatorStore

ATTEMPTS: Final = 10
ATTEMPT_SECONDS: Final = 30.0
AUDIT_PAGE: Final = 100
_TOKEN_LENGTH: Final = 128


@dataclass(frozen=True, kw_only=True)
class NewOperator:
    """An operator with what is never to be seen again."""

    operator: Operator
    password: str
    totp_secret: str | None


class OperatorService:
    """Knows who may use the admin; guessing is slowed down by name and by where it comes from."""

    def __init__(self, store: OperatorStore, clock: Clock, passwords: Passwords) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._limit = RateLimit(clock, capacity=ATTEMPTS, refill_seconds=ATTEMPT_SECONDS)
        self._used_codes: dict[str, int] = {}

    async def add(
        self,
        name: str,
        *,
        role: Role = Role.OPERATOR,
        location_ids: Collection[str] = (),
        password: str | None = None,
        with_totp: bool = False,
    ) -> NewOperator:
        """Return a new operator. Raises SmartPixelsError `invalid` for a bad or taken name, or a bad password."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
            raise SmartPixelsError(ErrorCode.INVALID, f"a name has 1 to {NAME_LENGTH} printable characters")
        password = _checked(password or new_password())
        operator = Operator(
            operator_id=uuid4().hex,
            name=name,
            role=role,
            created_at=self._clock.now(),
            location_ids=frozenset(location_ids),
        )
        secret = totp.new_secret() if with_totp else None
        hashed = await self._passwords.hash(password)
        try:
            await self._store.add(Credentials(operator=operator, password_hash=hashed, totp_secret=secret))
        except NameTaken as err:
            raise SmartPixelsError(ErrorCode.INVALID, f"another operator is called {name}") from err
        await self.note(name, AuditAction.OPERATOR_ADDED, detail=role)
        return NewOperator(operator=operator, password=password, totp_secret=secret)

    async def change_password(self, name: str, password: str | None = None) -> str:
        """Replace the password and end all sessions; return it. Raises SmartPixelsError `invalid`."""
        known = await self._store.by_name(name)
        if known is None:
            raise SmartPixelsError(ErrorCode.INVALID, f"there is no operator {name!r}")
        password = _checked(password or new_password())
        await self._store.set_password_hash(known.operator.operator_id, await self._passwords.hash(password))
        await self.note(name, AuditAction.PASSWORD_CHANGED)
        return password

    async def list_operators(self) -> Sequence[Operator]:
        """Return all operators, by name."""
        return await self._store.all()

    async def log_in(self, name: str, password: str, *, code: str, origin: str) -> str:
        """Return the token of a new session. Raises SmartPixelsError `unauthorized` or `rate_limited`."""
        self._limit.take(f"origin {origin}")
        self._limit.take(f"name {session_hash(name)}")
        known = await self._store.by_name(name) if len(name) <= NAME_LENGTH else None
        is_right = await self._passwords.matches(password[:MAX_LENGTH], known.password_hash if known else None)
        if known is None or not is_right or not self._has_code(known, code):
            if known is not None:
                await self.note(known.operator.name, AuditAction.LOGIN_FAILED)
            raise SmartPixelsError(ErrorCode.UNAUTHORIZED, "name, password or code is wrong")
        token = new_session_token()
        expires_at = self._clock.now() + SESSION_TIME
        await self._store.open_session(session_hash(token), known.operator.operator_id, expires_at=expires_at)
        await self.note(known.operator.name, AuditAction.LOGGED_IN)
        return token

    async def by_session(self, token: str | None) -> Operator | None:
        """Return whose session it is, if it lasts."""
        if not token or len(token) > _TOKEN_LENGTH:
            return None
        return await self._store.session(session_hash(token), now=self._clock.now())

    async def log_out(self, token: str) -> None:
        """End a session."""
        await self._store.close_session(session_hash(token))

    async def note(self, who: str, action: AuditAction, *, location_id: str | None = None, detail: str = "") -> None:
        """Write to the audit log."""
        await self._store.note(
            AuditEntry(
                entry_id=uuid4().hex,
                at=self._clock.now(),
                who=who,
                action=action,
                location_id=location_id,
                detail=detail[:200],
            )
        )

    async def entries(self, *, before: datetime | None = None) -> Sequence[AuditEntry]:
        """Return a page of the audit log, newest first."""
        return await self._store.entries(before=before, count=AUDIT_PAGE)

    def _has_code(self, known: Credentials, code: str) -> bool:
        """Tell whether the one-time code is right, and use it up."""
        if known.totp_secret is None:
            return True
        step = totp.matching_step(known.totp_secret, code, self._clock.now().timestamp())
        if step is None or step <= self._used_codes.get(known.operator.operator_id, -1):
            return False
        self._used_codes[known.operator.operator_id] = step
        return True


def _checked(password: str) -> str:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise SmartPixelsError(ErrorCode.INVALID, f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    return password
