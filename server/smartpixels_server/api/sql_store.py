"""API keys in SQL."""

from collections.abc import Sequence
from typing import Any, Final, override

from sqlalchemy import Column, Row, String, Table, delete, insert, select

from ..storage.database import METADATA, Database, UtcDateTime
from .model import ApiKey, Scope
from .store import ApiKeyStore

API_KEYS: Final = Table(
    "api_keys",
    METADATA,
    Column("key_id", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("scopes", String(255), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)


class SqlApiKeyStore(ApiKeyStore):
    """A store in a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, key: ApiKey, *, secret_hash: str) -> None:
        statement = insert(API_KEYS).values(
            key_id=key.key_id,
            name=key.name,
            secret_hash=secret_hash,
            scopes=" ".join(sorted(key.scopes)),
            created_at=key.created_at,
        )
        await self._database.run(lambda connection: connection.execute(statement))

    @override
    async def all(self) -> Sequence[ApiKey]:
        query = select(API_KEYS).order_by(API_KEYS.c.created_at, API_KEYS.c.key_id)
        return await self._database.read(lambda connection: [_key(row) for row in connection.execute(query)])

    @override
    async def by_secret_hash(self, secret_hash: str) -> ApiKey | None:
        query = select(API_KEYS).where(API_KEYS.c.secret_hash == secret_hash)
        row = await self._database.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _key(row)

    @override
    async def remove(self, key_id: str) -> bool:
        statement = delete(API_KEYS).where(API_KEYS.c.key_id == key_id)
        return await self._database.run(lambda connection: connection.execute(statement).rowcount > 0)


def _key(row: Row[Any]) -> ApiKey:
    scopes = frozenset(Scope(scope) for scope in row.scopes.split())
    return ApiKey(key_id=row.key_id, name=row.name, scopes=scopes, created_at=row.created_at)
