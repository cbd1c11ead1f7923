"""`GET /healthz`: the process answers. `GET /readyz`: it can do its work, or why not. `GET /metrics`: its numbers."""

import asyncio
import hmac
import ipaddress
import logging
from typing import Final

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from ..errors import SmartPixelsError
from ..metrics import Metrics
from ..protocol.errors import ErrorCode
from ..storage.bus import Bus
from ..storage.database import Database

_PATIENCE_SECONDS: Final = 2.0
_LOGGER = logging.getLogger(__name__)


class HealthRoutes:
    """The two health routes."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        reasons = {
            "database": await self._database_problem(),
            "redis": None if self._bus.is_healthy() else "not reachable",
        }
        problems = {part: reason for part, reason in reasons.items() if reason is not None}
        return web.json_response({"ok": not problems, "reasons": problems}, status=503 if problems else 200)

    async def _database_problem(self) -> str | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._database.ping()
        except TimeoutError:
            return "does not answer in time"
        except Exception as err:
            _LOGGER.debug("Database not reachable", exc_info=err)
            return f"not reachable ({type(err).__name__})"
        return None


class MetricsRoute:
    """Prometheus' route: for who has the token or, when none is set, for this machine only."""

    def __init__(self, metrics: Metrics, *, token: str) -> None:
        self._metrics = metrics
        self._token = token

    def add_to(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_get("/metrics", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        if not (self._has_token(request) if self._token else _comes_from_here(request)):
            raise SmartPixelsError(ErrorCode.UNAUTHORIZED, "a token is needed")
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    def _has_token(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        return hmac.compare_digest(given, f"Bearer {self._token}".encode())


def _comes_from_here(request: web.Request) -> bool:
    is_forwarded = "Forwarded" in request.headers or "X-Forwarded-For" in request.headers
    return not is_forwarded and request.remote is not None and ipaddress.ip_address(request.remote).is_loopback
