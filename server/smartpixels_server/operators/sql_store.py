"""Operators, sessions and the audit log in SQL."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, override

from sqlalchemy import Column, Connection, ForeignKey, Index, Row, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..storage.database import METADATA, Database, UtcDateTime
from .model import AuditAction, AuditEntry, Credentials, Operator, Role
from .store import NameTaken, OperatorStore

OPERATORS: Final = Table(
    "operators",
    METADATA,
    Column("operator_id", String(64), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("totp_secret", String(64)),
    Column("role", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
OPERATOR_LOCATIONS: Final = Table(
    "operator_locations",
    METADATA,
    Column("operator_id", String(64), ForeignKey("operators.operator_id", ondelete="CASCADE"), primary_key=True),
    Column("location_id", String(64), ForeignKey("locations.location_id", ondelete="CASCADE"), primary_key=True),
)
SESSIONS: Final = Table(
    "operator_sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("operator_id", String(64), ForeignKey("operators.operator_id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
AUDIT_LOG: Final = Table(
    "audit_log",
    METADATA,
    Column("entry_id", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("location_id", String(64)),
    Column("detail", String(200), nullable=False),
    Index("audit_log_at", "at"),
)


class SqlOperatorStore(OperatorStore):
    """A store in a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, credentials: Credentials) -> None:
        try:
            await self._database.run(_adder(credentials))
        except IntegrityError as err:
            raise NameTaken from err

    @override
    async def by_name(self, name: str) -> Credentials | None:
        def work(connection: Connection) -> Credentials | None:
            row = connection.execute(select(OPERATORS).where(OPERATORS.c.name == name)).one_or_none()
            # MySQL finds names in other letters, too.
            if row is None or row.name != name:
                return None
            return Credentials(
                operator=_operator(connection, row), password_hash=row.password_hash, totp_secret=row.totp_secret
            )

        return await self._database.run(work)

    @override
    async def all(self) -> Sequence[Operator]:
        def work(connection: Connection) -> Sequence[Operator]:
            rows = connection.execute(select(OPERATORS).order_by(OPERATORS.c.name)).all()
            return [_operator(connection, row) for row in rows]

        return await self._database.read(work)

    @override
    async def set_password_hash(self, operator_id: str, password_hash: str) -> None:
        def work(connection: Connection) -> None:
            this = OPERATORS.c.operator_id == operator_id
            connection.execute(update(OPERATORS).where(this).values(password_hash=password_hash))
            connection.execute(delete(SESSIONS).where(SESSIONS.c.operator_id == operator_id))

        await self._database.run(work)

    @override
    async def open_session(self, token_hash: str, operator_id: str, *, expires_at: datetime) -> None:
        await self._execute(
            insert(SESSIONS).values(token_hash=token_hash, operator_id=operator_id, expires_at=expires_at)
        )

    @override
    async def session(self, token_hash: str, *, now: datetime) -> Operator | None:
        query = select(OPERATORS).join(SESSIONS).where(SESSIONS.c.token_hash == token_hash, SESSIONS.c.expires_at > now)

        def work(connection: Connection) -> Operator | None:
            row = connection.execute(query).one_or_none()
            return None if row is None else _operator(connection, row)

        return await self._database.run(work)

    @override
    async def close_session(self, token_hash: str) -> None:
        await self._execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))

    @override
    async def note(self, entry: AuditEntry) -> None:
        await self._execute(
            insert(AUDIT_LOG).values(
                entry_id=entry.entry_id,
                at=entry.at,
                who=entry.who,
                action=entry.action,
                location_id=entry.location_id,
                detail=entry.detail,
            )
        )

    @override
    async def entries(self, *, before: datetime | None, count: int) -> Sequence[AuditEntry]:
        query = select(AUDIT_LOG).order_by(AUDIT_LOG.c.at.desc(), AUDIT_LOG.c.entry_id).limit(count)
        if before is not None:
            query = query.where(AUDIT_LOG.c.at < before)
        return await self._database.read(lambda connection: [_entry(row) for row in connection.execute(query)])

    async def _execute(self, statement: Any) -> None:
        await self._database.run(lambda connection: connection.execute(statement))


def _adder(credentials: Credentials) -> Callable[[Connection], None]:
    operator = credentials.operator
    places = [{"operator_id": operator.operator_id, "location_id": one} for one in operator.location_ids]

    def work(connection: Connection) -> None:
        connection.execute(
            insert(OPERATORS).values(
                operator_id=operator.operator_id,
                name=operator.name,
                password_hash=credentials.password_hash,
                totp_secret=credentials.totp_secret,
                role=operator.role,
                created_at=operator.created_at,
            )
        )
        if places:
            connection.execute(insert(OPERATOR_LOCATIONS), places)

    return work


def _operator(connection: Connection, row: Row[Any]) -> Operator:
    places = select(OPERATOR_LOCATIONS.c.location_id).where(OPERATOR_LOCATIONS.c.operator_id == row.operator_id)
    return Operator(
        operator_id=row.operator_id,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        location_ids=frozenset(connection.execute(places).scalars()),
    )


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        entry_id=row.entry_id,
        at=row.at,
        who=row.who,
        action=AuditAction(row.action),
        location_id=row.location_id,
        detail=row.detail,
    )
