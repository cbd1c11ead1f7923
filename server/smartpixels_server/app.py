"""The composition root: the only file that knows all features."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import web

from .api.setup import set_up_api
from .clock import Clock, SystemClock
from .cluster import join_cluster
from .commands.service import CommandService
from .commands.sockets import CommandSockets
from .devices.service import DeviceService
from .devices.sockets import DeviceSockets
from .locations.directory import LinkDirectory
from .locations.http import PairingRoutes
from .locations.links import Links
from .locations.service import LocationService
from .locations.sockets import LocationSockets
from .locations.sql_store import SqlLocationStore
from .metrics import Metrics
from .monitoring.database import MeasuredDatabase
from .monitoring.http import HealthRoutes, MetricsRoute
from .operators.passwords import Passwords
from .operators.service import OperatorService
from .operators.sql_store import SqlOperatorStore
from .realtime.binder import Namespace
from .realtime.fanout import Fanout
from .realtime.server import RealtimeServer
from .settings import Settings, signing_keys
from .turns.on_site import OnSiteSockets
from .turns.service import TurnService
from .turns.sockets import TurnSockets
from .viewers.on_site import OnSite
from .viewers.service import COOKIE_NAME, ViewerService
from .viewers.sockets import NAMESPACE as VIEWER_NAMESPACE
from .viewers.sockets import ViewerSockets
from .web.authors import authors
from .web.clients import Clients
from .web.middlewares import BODY_LIMIT, counting, errors, security_headers
from .website.admin import SESSION_COOKIE, Admin
from .website.audience import AudienceNews
from .website.pages import setup_pages
from .website.sockets import JoinSockets

_SYSTEM_CLOCK: Final = SystemClock()


def create_app(  # noqa: PLR0915 - one statement per part
    settings: Settings, *, clock: Clock = _SYSTEM_CLOCK
) -> web.Application:
    """Return the server as an aiohttp application; the database is migrated when it starts."""
    metrics = Metrics()
    keys = signing_keys(settings)
    database = MeasuredDatabase(
        settings.database_url, read_url=settings.database_read_url, clock=clock, metrics=metrics
    )
    store = SqlLocationStore(database)
    realtime = RealtimeServer(clock, allowed_origins={settings.public_url, *settings.allowed_origins})
    cluster = join_cluster(settings, clock, metrics)
    bus = cluster.bus
    fanout = Fanout(VIEWER_NAMESPACE, clock, metrics, bus)

    locations = LocationService(store, clock)
    links = Links(store, clock, metrics=metrics, directory=LinkDirectory(bus))
    viewers = ViewerService(clock, keys)
    devices = DeviceService(links, fanout, bus)
    clients = Clients(clock, keys, proxies=settings.trusted_proxies, cloudflare=settings.cloudflare)
    on_site = OnSite(cluster.on_site, cluster.clock, key=keys[0])
    turns = TurnService(
        lines=cluster.lines,
        budgets=cluster.budgets,
        on_site=on_site,
        devices=devices,
        clock=cluster.clock,
        play=settings.play,
    )
    commands = CommandService(
        links=links, devices=devices, viewers=viewers, turns=turns, fanout=fanout, clock=clock, metrics=metrics, bus=bus
    )
    audience = AudienceNews(viewers=viewers, links=links, fanout=fanout, presence=cluster.presence, clock=clock)

    location_sockets = LocationSockets(locations, links, clock)
    DeviceSockets(location_sockets, devices)
    viewer_sockets = ViewerSockets(viewers, fanout, clients)
    CommandSockets(viewer_sockets, commands, turns)
    turn_sockets = TurnSockets(viewer_sockets, turns, clock)
    OnSiteSockets(viewer_sockets, location_sockets, on_site, clock)
    JoinSockets(
        viewer_sockets,
        locations=locations,
        links=links,
        devices=devices,
        viewers=viewers,
        commands=commands,
        turns=turns,
        clock=clock,
    )
    realtime.add(location_sockets.namespace)
    realtime.add(viewer_sockets.namespace)

    is_https = settings.public_url.startswith("https:")
    known_by = (COOKIE_NAME, SESSION_COOKIE)
    app = web.Application(
        middlewares=[
            security_headers(is_https=is_https),
            counting(metrics),
            authors(database, cookies=known_by, is_https=is_https),
            errors,
        ],
        client_max_size=BODY_LIMIT,
    )
    realtime.attach(app)
    PairingRoutes(locations, clients, clock).add_to(app)
    HealthRoutes(database, bus).add_to(app)
    api_loops = set_up_api(
        app,
        database=database,
        clock=clock,
        metrics=metrics,
        clients=clients,
        locations=locations,
        links=links,
        devices=devices,
        viewers=viewers,
        commands=commands,
        private_targets=settings.webhook_private_targets,
    )
    _show_numbers(metrics, [location_sockets.namespace, viewer_sockets.namespace], viewers)
    MetricsRoute(metrics, token=settings.metrics_token).add_to(app)
    renderer = setup_pages(app, locations=locations, links=links, devices=devices, viewers=viewers, settings=settings)
    Admin(
        renderer,
        operators=OperatorService(SqlOperatorStore(database), clock, Passwords()),
        locations=locations,
        links=links,
        devices=devices,
        viewers=viewers,
        turns=turns,
        joined=viewer_sockets.joined,
        clients=clients,
    ).add_to(app)

    @asynccontextmanager
    async def running(_app: web.Application) -> AsyncGenerator[None]:
        await database.migrate()
        await bus.start()
        await links.load()
        async with _background(links.watch, audience.run, *api_loops, turn_sockets.run):
            yield
        commands.close()
        await links.save()
        await bus.stop()
        await database.close()

    app.cleanup_ctx.append(running)
    return app


@asynccontextmanager
async def _background(*loops: Callable[[], Awaitable[None]]) -> AsyncGenerator[None]:
    tasks = [asyncio.ensure_future(loop()) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _show_numbers(metrics: Metrics, namespaces: Sequence[Namespace[Any]], viewers: ViewerService) -> None:
    metrics.watch(
        "smartpixels_connections",
        "Open connections",
        lambda: {one.name: one.size for one in namespaces},
        label="namespace",
    )
    metrics.watch(
        "smartpixels_viewers",
        "People who watch",
        lambda: {location_id: viewers.audience(location_id).watching for location_id in viewers.watched()},
        label="location",
    )
