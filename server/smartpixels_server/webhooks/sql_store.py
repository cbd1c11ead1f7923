"""Webhooks and their queue in SQL."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final, override

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from ..storage.database import METADATA, Database, UtcDateTime
from .model import Delivery, Webhook, WebhookEvent
from .store import WebhookStore
from .targets import URL_LENGTH

WEBHOOKS: Final = Table(
    "webhooks",
    METADATA,
    Column("webhook_id", String(64), primary_key=True),
    Column("owner_id", String(64), nullable=False),
    Column("url", String(URL_LENGTH), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("events", String(255), nullable=False),
    Column("location_id", String(64), ForeignKey("locations.location_id", ondelete="CASCADE")),
    Column("created_at", UtcDateTime, nullable=False),
)
DELIVERIES: Final = Table(
    "webhook_deliveries",
    METADATA,
    Column("delivery_id", String(64), primary_key=True),
    Column("webhook_id", String(64), ForeignKey("webhooks.webhook_id", ondelete="CASCADE"), nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Index("webhook_deliveries_due", "due_at"),
)


class SqlWebhookStore(WebhookStore):
    """A store in a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, webhook: Webhook) -> None:
        await self._execute(
            insert(WEBHOOKS).values(
                webhook_id=webhook.webhook_id,
                owner_id=webhook.owner_id,
                url=webhook.url,
                secret=webhook.secret,
                events=" ".join(sorted(webhook.events)),
                location_id=webhook.location_id,
                created_at=webhook.created_at,
            )
        )

    @override
    async def all(self) -> Sequence[Webhook]:
        query = select(WEBHOOKS).order_by(WEBHOOKS.c.webhook_id)
        return await self._database.read(lambda connection: [_webhook(row) for row in connection.execute(query)])

    @override
    async def remove(self, webhook_id: str) -> None:
        await self._execute(delete(WEBHOOKS).where(WEBHOOKS.c.webhook_id == webhook_id))

    @override
    async def enqueue(self, deliveries: Sequence[Delivery], *, limit: int) -> int:
        waiting = await self._database.run(_counter({one.webhook_id for one in deliveries}))
        rows = [
            {
                "delivery_id": one.delivery_id,
                "webhook_id": one.webhook_id,
                "body": one.body,
                "attempts": one.attempts,
                "due_at": one.due_at,
            }
            for one in deliveries
            if waiting.get(one.webhook_id, limit) < limit
        ]
        if rows:
            await self._database.run(lambda connection: connection.execute(insert(DELIVERIES), rows))
        return len(rows)

    @override
    async def claim(self, *, now: datetime, until: datetime, count: int) -> Sequence[Delivery]:
        due = select(DELIVERIES).where(DELIVERIES.c.due_at <= now).order_by(DELIVERIES.c.due_at).limit(count)
        rows = await self._database.run(lambda connection: connection.execute(due).all())
        return await self._database.run(_claimer(rows, until)) if rows else ()

    @override
    async def put_off(self, delivery: Delivery, *, due_at: datetime) -> None:
        this = DELIVERIES.c.delivery_id == delivery.delivery_id
        await self._execute(update(DELIVERIES).where(this).values(attempts=delivery.attempts + 1, due_at=due_at))

    @override
    async def done(self, delivery_id: str) -> None:
        await self._execute(delete(DELIVERIES).where(DELIVERIES.c.delivery_id == delivery_id))

    async def _execute(self, statement: Any) -> None:
        await self._database.run(lambda connection: connection.execute(statement))


def _counter(webhook_ids: Collection[str]) -> Callable[[Connection], dict[str, int]]:
    known = select(WEBHOOKS.c.webhook_id).where(WEBHOOKS.c.webhook_id.in_(webhook_ids))
    counts = (
        select(DELIVERIES.c.webhook_id, func.count())
        .where(DELIVERIES.c.webhook_id.in_(webhook_ids))
        .group_by(DELIVERIES.c.webhook_id)
    )

    def work(connection: Connection) -> dict[str, int]:
        nothing = dict.fromkeys(connection.execute(known).scalars(), 0)
        return nothing | {row[0]: row[1] for row in connection.execute(counts)}

    return work


def _claimer(rows: Sequence[Row[Any]], until: datetime) -> Callable[[Connection], Sequence[Delivery]]:
    def work(connection: Connection) -> Sequence[Delivery]:
        claimed = []
        for row in rows:
            # Of two processes that saw the same row, the time as it was lets only one win.
            mine = (DELIVERIES.c.delivery_id == row.delivery_id) & (DELIVERIES.c.due_at == row.due_at)
            if connection.execute(update(DELIVERIES).where(mine).values(due_at=until)).rowcount:
                claimed.append(_delivery(row))
        return claimed

    return work


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        webhook_id=row.webhook_id,
        owner_id=row.owner_id,
        url=row.url,
        secret=row.secret,
        events=frozenset(WebhookEvent(event) for event in row.events.split()),
        location_id=row.location_id,
        created_at=row.created_at,
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        webhook_id=row.webhook_id,
        body=row.body,
        attempts=row.attempts,
        due_at=row.due_at,
    )
