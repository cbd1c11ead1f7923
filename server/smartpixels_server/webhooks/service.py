"""Adds and removes webhooks, and queues what they are to be told."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final
from uuid import uuid4

import msgspec

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from .model import Delivery, Webhook, WebhookEvent, new_secret
from .store import WebhookStore
from .targets import check_url

WEBHOOKS_PER_OWNER: Final = 20
WAITING: Final = 1000
"""How many deliveries may wait for one webhook; more are dropped."""

_REMEMBERED: Final = timedelta(seconds=10)


class WebhookService:
    """The webhooks of all owners, who are API keys."""

    def __init__(self, store: WebhookStore, clock: Clock, *, private_targets: bool) -> None:
        self._store = store
        self._clock = clock
        self._private_targets = private_targets
        self._known: Sequence[Webhook] = ()
        self._known_until = clock.now()

    async def add(
        self, owner_id: str, url: str, *, events: Iterable[WebhookEvent], location_id: str | None = None
    ) -> Webhook:
        """Return a new webhook. Raises SmartPixelsError `invalid` for a bad address or too many of one owner."""
        check_url(url, private=self._private_targets)
        if len(await self.owned(owner_id)) >= WEBHOOKS_PER_OWNER:
            raise SmartPixelsError(ErrorCode.INVALID, f"a key has up to {WEBHOOKS_PER_OWNER} webhooks")
        webhook = Webhook(
            webhook_id=uuid4().hex,
            owner_id=owner_id,
            url=url,
            secret=new_secret(),
            events=frozenset(events),
            location_id=location_id,
            created_at=self._clock.now(),
        )
        await self._store.add(webhook)
        self._forget()
        return webhook

    async def owned(self, owner_id: str) -> Sequence[Webhook]:
        """Return the webhooks of an owner, by id."""
        return [one for one in await self._store.all() if one.owner_id == owner_id]

    async def remove(self, owner_id: str, webhook_id: str) -> None:
        """Remove a webhook. Raises SmartPixelsError `not_found` when the owner has no such."""
        if webhook_id not in {one.webhook_id for one in await self.owned(owner_id)}:
            raise SmartPixelsError(ErrorCode.NOT_FOUND, "there is no such webhook")
        await self._store.remove(webhook_id)
        self._forget()

    async def tell(self, event: WebhookEvent, location_id: str, data: msgspec.Struct) -> None:
        """Queue a message about a location for every webhook that wants it."""
        wanted = [one for one in await self._all() if event in one.events and one.location_id in {None, location_id}]
        if not wanted:
            return
        now = self._clock.now()
        body = msgspec.json.encode({"type": event, "timestamp": now, "data": data}).decode()
        deliveries = [
            Delivery(delivery_id=uuid4().hex, webhook_id=one.webhook_id, body=body, attempts=0, due_at=now)
            for one in wanted
        ]
        await self._store.enqueue(deliveries, limit=WAITING)

    async def by_id(self, webhook_id: str) -> Webhook | None:
        """Return a webhook."""
        return next((one for one in await self._all() if one.webhook_id == webhook_id), None)

    async def _all(self) -> Sequence[Webhook]:
        """Return all webhooks; other processes' changes show within seconds."""
        now = self._clock.now()
        if now >= self._known_until:
            self._known = await self._store.all()
            self._known_until = now + _REMEMBERED
        return self._known

    def _forget(self) -> None:
        self._known_until = self._clock.now()
