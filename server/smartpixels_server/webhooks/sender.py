"""Works off the queue: send, and try again later when that fails."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

import aiohttp

from .. import __version__
from ..clock import Clock
from ..errors import SmartPixelsError
from ..metrics import Metrics
from .model import Delivery, Webhook, next_attempt, signature_headers
from .service import WebhookService
from .store import WebhookStore
from .targets import Resolver, check_url

POLL_SECONDS: Final = 1.0
_LOGGER = logging.getLogger(__name__)
_AT_ONCE: Final = 20
_PATIENCE_SECONDS: Final = 10.0
_CLAIM: Final = timedelta(seconds=60)
_TAKEN: Final = range(200, 300)


class WebhookSender:
    """Sends what is due. Each delivery is sent at least once; receivers know one again by its `webhook-id`."""

    def __init__(
        self, store: WebhookStore, webhooks: WebhookService, clock: Clock, *, metrics: Metrics, private_targets: bool
    ) -> None:
        self._store = store
        self._webhooks = webhooks
        self._clock = clock
        self._metrics = metrics
        self._private_targets = private_targets

    async def run(self) -> None:
        """Until canceled."""
        connector = aiohttp.TCPConnector(
            resolver=None if self._private_targets else Resolver(), use_dns_cache=False, force_close=True
        )
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        ) as http:
            while True:
                await self._clock.sleep(POLL_SECONDS)
                try:
                    await self._work(http)
                except Exception:
                    _LOGGER.exception("Cannot work off the webhooks")

    async def _work(self, http: aiohttp.ClientSession) -> None:
        now = self._clock.now()
        due = await self._store.claim(now=now, until=now + _CLAIM, count=_AT_ONCE)
        await asyncio.gather(*(self._handle(http, delivery) for delivery in due))

    async def _handle(self, http: aiohttp.ClientSession, delivery: Delivery) -> None:
        webhook = await self._webhooks.by_id(delivery.webhook_id)
        if webhook is None:
            return
        problem = await self._send(http, webhook, delivery)
        if problem is None:
            await self._store.done(delivery.delivery_id)
            self._metrics.webhook("delivered")
            return
        due_at = next_attempt(delivery.attempts + 1, self._clock.now())
        if due_at is None:
            await self._store.done(delivery.delivery_id)
            _LOGGER.warning("Webhook %s given up: %s", webhook.webhook_id, problem)
        else:
            await self._store.put_off(delivery, due_at=due_at)
            _LOGGER.debug("Webhook %s failed: %s", webhook.webhook_id, problem)
        self._metrics.webhook("given_up" if due_at is None else "failed")

    async def _send(self, http: aiohttp.ClientSession, webhook: Webhook, delivery: Delivery) -> str | None:
        """Return what went wrong, without the address; it may carry a secret."""
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"smartpixels-server/{__version__}",
            **signature_headers(webhook, delivery, at=self._clock.now()),
        }
        try:
            check_url(webhook.url, private=self._private_targets)
            async with http.post(
                webhook.url, data=delivery.body.encode(), headers=headers, allow_redirects=False
            ) as response:
                return None if response.status in _TAKEN else f"status {response.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, SmartPixelsError) as err:
            return type(err).__name__
