"""Turns what happens into messages for webhooks."""

import asyncio
import logging

import msgspec

from ..commands.messages import Activity
from ..commands.service import CommandService
from ..locations.links import Links
from ..locations.service import LocationService
from ..webhooks.model import WebhookEvent
from ..webhooks.service import WebhookService
from .messages import CommandNews, LocationNews

_LOGGER = logging.getLogger(__name__)
_QUEUE = 10_000


class News:
    """Listens; the writing is done by `run`, so that nothing waits for the database."""

    def __init__(
        self, *, links: Links, commands: CommandService, locations: LocationService, webhooks: WebhookService
    ) -> None:
        self._links = links
        self._locations = locations
        self._webhooks = webhooks
        self._waiting: asyncio.Queue[tuple[str, Activity | None]] = asyncio.Queue(_QUEUE)
        self._online: dict[str, bool] = {}
        links.subscribe(lambda location_id: self._note(location_id, None))
        commands.subscribe(self._note)

    async def run(self) -> None:
        """Until canceled."""
        while True:
            location_id, activity = await self._waiting.get()
            try:
                await self._tell(location_id, activity)
            except Exception:
                _LOGGER.exception("Cannot tell the webhooks")

    def _note(self, location_id: str, activity: Activity | None) -> None:
        if self._waiting.full():
            _LOGGER.warning("Too much happens for the webhooks, something is left out")
        else:
            self._waiting.put_nowait((location_id, activity))

    async def _tell(self, location_id: str, activity: Activity | None) -> None:
        slugs = {one.location_id: one.slug for one in await self._locations.list_locations()}
        if location_id not in slugs:
            return
        news: tuple[WebhookEvent, msgspec.Struct]
        if activity is not None:
            news = WebhookEvent.COMMAND_DONE, CommandNews(location=slugs[location_id], activity=activity)
        else:
            status = self._links.status(location_id)
            was_online = self._online.get(location_id)
            self._online[location_id] = status.online
            if status.online == was_online or not self._links.is_ours(location_id):
                return
            event = WebhookEvent.LOCATION_ONLINE if status.online else WebhookEvent.LOCATION_OFFLINE
            news = event, LocationNews(location=slugs[location_id], since=status.since)
        await self._webhooks.tell(news[0], location_id, news[1])
