"""The API as one part of the application: keys, endpoints, webhooks and their sender."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from ..clock import Clock
from ..commands.service import CommandService
from ..devices.service import DeviceService
from ..locations.links import Links
from ..locations.service import LocationService
from ..metrics import Metrics
from ..storage.database import Database
from ..viewers.service import ViewerService
from ..web.clients import Clients
from ..webhooks.sender import WebhookSender
from ..webhooks.service import WebhookService
from ..webhooks.sql_store import SqlWebhookStore
from .edge import ApiRoutes
from .hooks import WebhookEndpoints
from .news import News
from .places import PlaceEndpoints
from .service import ApiKeyService
from .sql_store import SqlApiKeyStore


def set_up_api(  # noqa: PLR0913 - other programs see something of every feature
    app: web.Application,
    *,
    database: Database,
    clock: Clock,
    metrics: Metrics,
    clients: Clients,
    locations: LocationService,
    links: Links,
    devices: DeviceService,
    viewers: ViewerService,
    commands: CommandService,
    private_targets: bool,
) -> Sequence[Callable[[], Awaitable[None]]]:
    """Register the routes; return what is to run as long as the application does."""
    store = SqlWebhookStore(database)
    webhooks = WebhookService(store, clock, private_targets=private_targets)
    sender = WebhookSender(store, webhooks, clock, metrics=metrics, private_targets=private_targets)
    news = News(links=links, commands=commands, locations=locations, webhooks=webhooks)
    places = PlaceEndpoints(locations=locations, links=links, devices=devices, viewers=viewers, commands=commands)
    hooks = WebhookEndpoints(webhooks, locations)
    keys = ApiKeyService(SqlApiKeyStore(database), clock)
    ApiRoutes(keys, clients, [*places.endpoints(), *hooks.endpoints()]).add_to(app)
    return news.run, sender.run
