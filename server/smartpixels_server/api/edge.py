"""The API's routes: every endpoint behind a key, described by one document."""

from collections.abc import Iterable
from typing import Any, Final

from aiohttp import web

from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from ..storage.own_writes import AUTHOR
from ..web.clients import Clients
from ..web.endpoints import Endpoint
from .model import ApiKey, Scope
from .openapi import document
from .service import ApiKeyService

DOCUMENT: Final = web.AppKey[dict[str, Any]]("openapi")
"""The OpenAPI document of an application."""

_BEARER: Final = "Bearer "


class ApiRoutes:
    """Lets callers with a key in."""

    def __init__(self, keys: ApiKeyService, clients: Clients, endpoints: Iterable[Endpoint[ApiKey]]) -> None:
        self._keys = keys
        self._clients = clients
        self._endpoints = tuple(endpoints)
        self._document = document(self._endpoints)

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        for endpoint in self._endpoints:
            endpoint.add_to(app, self._authorize)
        app.router.add_get("/api/v1/openapi.json", self._answer)
        app[DOCUMENT] = self._document

    async def _authorize(self, request: web.Request, scope: str | None) -> ApiKey:
        given = request.headers.get("Authorization", "")
        if scope is None or not given.startswith(_BEARER):
            raise SmartPixelsError(ErrorCode.UNAUTHORIZED, "a key is needed: Authorization: Bearer sp_…")
        key = await self._keys.authorize(
            given.removeprefix(_BEARER).strip(), scope=Scope(scope), origin=self._clients.origin(request)
        )
        AUTHOR.set(key.key_id)
        return key

    async def _answer(self, _request: web.Request) -> web.Response:
        return web.json_response(self._document)
