"""`GET /healthz`: the process answers. `GET /readyz`: it can do its work, or why not."""

import asyncio
import logging
from typing import Final

from aiohttp import web

from ..storage.database import Database

_PATIENCE_SECONDS: Final = 2.0
_LOGGER = logging.getLogger(__name__)


class HealthRoutes:
    """The two health routes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        reasons = {"database": await self._database_problem()}
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
