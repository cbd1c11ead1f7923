"""Where webhooks and their queue are kept: the port, and a memory that forgets with the process."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, override

from .model import Delivery, Webhook


class WebhookStore(Protocol):
    """Keeps webhooks and the deliveries that are still to be made."""

    async def add(self, webhook: Webhook) -> None:
        """Keep a new webhook."""
        ...

    async def all(self) -> Sequence[Webhook]:
        """Return all webhooks, by id."""
        ...

    async def remove(self, webhook_id: str) -> None:
        """Forget a webhook and what waits for it."""
        ...

    async def enqueue(self, deliveries: Sequence[Delivery], *, limit: int) -> int:
        """Keep deliveries, except for webhooks that `limit` or more wait for; return how many were kept."""
        ...

    async def claim(self, *, now: datetime, until: datetime, count: int) -> Sequence[Delivery]:
        """Return deliveries that are due and put their time off to `until`, so that nobody else gets them meanwhile."""
        ...

    async def put_off(self, delivery: Delivery, *, due_at: datetime) -> None:
        """Note a failed attempt; try again then."""
        ...

    async def done(self, delivery_id: str) -> None:
        """Forget a delivery."""
        ...


class MemoryWebhookStore(WebhookStore):
    """A store in memory."""

    def __init__(self) -> None:
        self._webhooks: dict[str, Webhook] = {}
        self._queue: dict[str, Delivery] = {}

    @override
    async def add(self, webhook: Webhook) -> None:
        self._webhooks[webhook.webhook_id] = webhook

    @override
    async def all(self) -> Sequence[Webhook]:
        return [self._webhooks[key] for key in sorted(self._webhooks)]

    @override
    async def remove(self, webhook_id: str) -> None:
        self._webhooks.pop(webhook_id, None)
        self._queue = {key: one for key, one in self._queue.items() if one.webhook_id != webhook_id}

    @override
    async def enqueue(self, deliveries: Sequence[Delivery], *, limit: int) -> int:
        kept = 0
        for delivery in deliveries:
            waiting = sum(one.webhook_id == delivery.webhook_id for one in self._queue.values())
            if waiting < limit and delivery.webhook_id in self._webhooks:
                self._queue[delivery.delivery_id] = delivery
                kept += 1
        return kept

    @override
    async def claim(self, *, now: datetime, until: datetime, count: int) -> Sequence[Delivery]:
        due = sorted((one for one in self._queue.values() if one.due_at <= now), key=lambda one: one.due_at)[:count]
        for delivery in due:
            self._queue[delivery.delivery_id] = replace(delivery, due_at=until)
        return due

    @override
    async def put_off(self, delivery: Delivery, *, due_at: datetime) -> None:
        if delivery.delivery_id in self._queue:
            self._queue[delivery.delivery_id] = replace(delivery, attempts=delivery.attempts + 1, due_at=due_at)

    @override
    async def done(self, delivery_id: str) -> None:
        self._queue.pop(delivery_id, None)
