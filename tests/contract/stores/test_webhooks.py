"""One contract for every store of webhooks and their queue."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartpixels_server.storage.database import Database
from smartpixels_server.webhooks.model import Delivery, Webhook, WebhookEvent
from smartpixels_server.webhooks.sql_store import SqlWebhookStore
from smartpixels_server.webhooks.store import MemoryWebhookStore, WebhookStore
from tests.fakes.databases import SQL, new_url

NOW = datetime(2026, 12, 6, 17, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
HOOK = Webhook(
    webhook_id="hook-1",
    owner_id="key-1",
    url="https://example.org/hook",
    secret="whsec_x",
    events=frozenset(WebhookEvent),
    location_id=None,
    created_at=NOW,
)


def _delivery(number: int, webhook_id: str = "hook-1") -> Delivery:
    due_at = NOW + timedelta(seconds=number)
    return Delivery(delivery_id=f"delivery-{number}", webhook_id=webhook_id, body='{"ż": 1}', attempts=0, due_at=due_at)


@pytest.fixture(params=["memory", *SQL])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[WebhookStore]:
    if request.param == "memory":
        yield MemoryWebhookStore()
        return
    database = await asyncio.to_thread(Database, await asyncio.to_thread(new_url, request, request.param, tmp_path))
    await database.migrate()
    yield SqlWebhookStore(database)
    await database.close()


async def test_webhooks_come_by_id(store: WebhookStore) -> None:
    second = replace(HOOK, webhook_id="hook-2", events=frozenset({WebhookEvent.COMMAND_DONE}))
    await store.add(second)
    await store.add(HOOK)
    assert list(await store.all()) == [HOOK, second]


async def test_what_is_due_is_claimed_once(store: WebhookStore) -> None:
    await store.add(HOOK)
    assert await store.enqueue([_delivery(0), _delivery(1), _delivery(90)], limit=10) == 3
    claimed = await store.claim(now=NOW + timedelta(seconds=5), until=LATER, count=10)
    assert list(claimed) == [_delivery(0), _delivery(1)]
    assert not await store.claim(now=NOW + timedelta(seconds=5), until=LATER, count=10)
    again = await store.claim(now=LATER, until=LATER + timedelta(minutes=1), count=1)
    assert len(again) == 1


async def test_a_failure_is_put_off_and_counted(store: WebhookStore) -> None:
    await store.add(HOOK)
    await store.enqueue([_delivery(0)], limit=10)
    (claimed,) = await store.claim(now=NOW, until=LATER, count=10)
    await store.put_off(claimed, due_at=NOW + timedelta(seconds=7))
    (again,) = await store.claim(now=NOW + timedelta(seconds=7), until=LATER, count=10)
    assert again.attempts == 1
    await store.done(again.delivery_id)
    assert not await store.claim(now=LATER + timedelta(days=1), until=LATER, count=10)


async def test_a_full_queue_takes_no_more(store: WebhookStore) -> None:
    await store.add(HOOK)
    assert await store.enqueue([_delivery(0)], limit=1) == 1
    assert await store.enqueue([_delivery(1)], limit=1) == 0


async def test_a_removed_webhook_takes_its_queue_along(store: WebhookStore) -> None:
    await store.add(HOOK)
    await store.enqueue([_delivery(0)], limit=10)
    await store.remove("hook-1")
    assert list(await store.all()) == []
    assert not await store.claim(now=LATER, until=LATER, count=10)
    assert await store.enqueue([_delivery(1)], limit=10) == 0
