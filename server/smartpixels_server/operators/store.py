"""Where operators, sessions and the audit log are remembered: the port, and a memory that forgets with the process."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, override

from .model import AuditEntry, Credentials, Operator


class NameTaken(Exception):
    """Another operator has this name."""


class OperatorStore(Protocol):
    """Remembers operators by name, their sessions by the hash of the token, and what they did."""

    async def add(self, credentials: Credentials) -> None:
        """Remember a new operator. Raises NameTaken."""
        ...

    async def by_name(self, name: str) -> Credentials | None:
        """Return who has this name."""
        ...

    async def all(self) -> Sequence[Operator]:
        """Return all operators, by name."""
        ...

    async def set_password_hash(self, operator_id: str, password_hash: str) -> None:
        """Replace the password; all sessions end."""
        ...

    async def open_session(self, token_hash: str, operator_id: str, *, expires_at: datetime) -> None:
        """Remember a session."""
        ...

    async def session(self, token_hash: str, *, now: datetime) -> Operator | None:
        """Return whose session it is; None when it is not known or has ended."""
        ...

    async def close_session(self, token_hash: str) -> None:
        """Forget a session."""
        ...

    async def note(self, entry: AuditEntry) -> None:
        """Write to the audit log."""
        ...

    async def entries(self, *, before: datetime | None, count: int) -> Sequence[AuditEntry]:
        """Return the newest entries before a time, newest first."""
        ...


class MemoryOperatorStore(OperatorStore):
    """A store in memory."""

    def __init__(self) -> None:
        self._operators: dict[str, Credentials] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}
        self._audit: list[AuditEntry] = []

    @override
    async def add(self, credentials: Credentials) -> None:
        if await self.by_name(credentials.operator.name) is not None:
            raise NameTaken
        self._operators[credentials.operator.operator_id] = credentials

    @override
    async def by_name(self, name: str) -> Credentials | None:
        return next((one for one in self._operators.values() if one.operator.name == name), None)

    @override
    async def all(self) -> Sequence[Operator]:
        return sorted((one.operator for one in self._operators.values()), key=lambda one: one.name)

    @override
    async def set_password_hash(self, operator_id: str, password_hash: str) -> None:
        self._operators[operator_id] = replace(self._operators[operator_id], password_hash=password_hash)
        self._sessions = {key: value for key, value in self._sessions.items() if value[0] != operator_id}

    @override
    async def open_session(self, token_hash: str, operator_id: str, *, expires_at: datetime) -> None:
        self._sessions[token_hash] = (operator_id, expires_at)

    @override
    async def session(self, token_hash: str, *, now: datetime) -> Operator | None:
        operator_id, expires_at = self._sessions.get(token_hash, ("", now))
        return self._operators[operator_id].operator if expires_at > now else None

    @override
    async def close_session(self, token_hash: str) -> None:
        self._sessions.pop(token_hash, None)

    @override
    async def note(self, entry: AuditEntry) -> None:
        self._audit.append(entry)

    @override
    async def entries(self, *, before: datetime | None, count: int) -> Sequence[AuditEntry]:
        found = sorted((one for one in self._audit if before is None or one.at < before), key=lambda one: one.at)
        return found[::-1][:count]
