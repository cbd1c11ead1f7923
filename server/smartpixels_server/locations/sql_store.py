"""Locations in SQL."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final, override

from sqlalchemy import Column, Connection, ForeignKey, Row, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..storage.database import METADATA, Database, UtcDateTime
from .model import Location, PairingCode
from .store import LocationStore, SlugTaken

LOCATIONS: Final = Table(
    "locations",
    METADATA,
    Column("location_id", String(64), primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("token_hash", String(64), unique=True),
    Column("last_seen", UtcDateTime),
)
PAIRING_CODES: Final = Table(
    "pairing_codes",
    METADATA,
    Column("code_hash", String(64), primary_key=True),
    Column("location_id", String(64), ForeignKey("locations.location_id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)
_LOCATION: Final = (LOCATIONS.c.location_id, LOCATIONS.c.slug, LOCATIONS.c.name, LOCATIONS.c.created_at)


class SqlLocationStore(LocationStore):
    """A store in a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, location: Location) -> None:
        try:
            await self._execute(
                insert(LOCATIONS).values(
                    location_id=location.location_id,
                    slug=location.slug,
                    name=location.name,
                    created_at=location.created_at,
                )
            )
        except IntegrityError as err:
            raise SlugTaken from err

    @override
    async def all(self) -> Sequence[Location]:
        query = select(*_LOCATION).order_by(LOCATIONS.c.created_at, LOCATIONS.c.slug)
        return await self._database.read(lambda connection: [_location(row) for row in connection.execute(query)])

    @override
    async def by_slug(self, slug: str) -> Location | None:
        return await self._database.read(_finder(LOCATIONS.c.slug == slug))

    @override
    async def by_token_hash(self, token_hash: str) -> Location | None:
        return await self._database.run(_finder(LOCATIONS.c.token_hash == token_hash))

    @override
    async def token_hashes(self, location_ids: Collection[str]) -> dict[str, str]:
        query = select(LOCATIONS.c.location_id, LOCATIONS.c.token_hash).where(
            LOCATIONS.c.location_id.in_(location_ids), LOCATIONS.c.token_hash.is_not(None)
        )
        return await self._pairs(query)

    @override
    async def set_token_hash(self, location_id: str, token_hash: str | None) -> None:
        await self._execute(_location_update([location_id]).values(token_hash=token_hash))

    @override
    async def add_code(self, code: PairingCode) -> None:
        def work(connection: Connection) -> None:
            connection.execute(delete(PAIRING_CODES).where(PAIRING_CODES.c.location_id == code.location_id))
            connection.execute(
                insert(PAIRING_CODES).values(
                    code_hash=code.code_hash, location_id=code.location_id, expires_at=code.expires_at
                )
            )

        await self._database.run(work)

    @override
    async def use_code(self, code_hash: str, *, at: datetime) -> tuple[PairingCode, Location] | None:
        return await self._database.run(_code_user(code_hash, at))

    @override
    async def set_last_seen(self, location_ids: Collection[str], *, at: datetime) -> None:
        await self._execute(_location_update(location_ids).values(last_seen=at))

    @override
    async def last_seen(self) -> dict[str, datetime]:
        query = select(LOCATIONS.c.location_id, LOCATIONS.c.last_seen).where(LOCATIONS.c.last_seen.is_not(None))
        return await self._pairs(query)

    async def _execute(self, statement: Any) -> None:
        await self._database.run(lambda connection: connection.execute(statement))

    async def _pairs(self, query: Any) -> dict[str, Any]:
        return await self._database.run(lambda connection: {row[0]: row[1] for row in connection.execute(query)})


def _finder(condition: Any) -> Callable[[Connection], Location | None]:
    query = select(*_LOCATION).where(condition)

    def work(connection: Connection) -> Location | None:
        row = connection.execute(query).one_or_none()
        return None if row is None else _location(row)

    return work


def _location(row: Row[Any]) -> Location:
    return Location(location_id=row.location_id, slug=row.slug, name=row.name, created_at=row.created_at)


def _location_update(location_ids: Collection[str]) -> Any:
    return update(LOCATIONS).where(LOCATIONS.c.location_id.in_(location_ids))


def _code_user(code_hash: str, at: datetime) -> Callable[[Connection], tuple[PairingCode, Location] | None]:
    wanted = PAIRING_CODES.c.code_hash == code_hash

    def work(connection: Connection) -> tuple[PairingCode, Location] | None:
        # The write comes first, so that of two at once only one sees the code unused.
        first = connection.execute(
            update(PAIRING_CODES).where(wanted, PAIRING_CODES.c.used_at.is_(None)).values(used_at=at)
        )
        query = select(PAIRING_CODES.c.expires_at, PAIRING_CODES.c.used_at, *_LOCATION).join(LOCATIONS).where(wanted)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        used_at = None if first.rowcount else row.used_at
        code = PairingCode(code_hash=code_hash, location_id=row.location_id, expires_at=row.expires_at, used_at=used_at)
        return code, _location(row)

    return work
