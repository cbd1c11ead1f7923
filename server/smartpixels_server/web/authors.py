"""Who asks, for the database: whoever wrote something, on whatever node, reads it back although replicas lag."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from ..storage.database import Database
from ..storage.own_writes import AUTHOR, STICKY_SECONDS

COOKIE: Final = "smartpixels_wrote"
"""Present for as long as its bearer should read from the primary."""

_READING: Final = ("GET", "HEAD", "OPTIONS")


def authors(database: Database, *, cookies: Sequence[str], is_https: bool) -> Middleware:
    """Return the middleware that knows people by any of these cookies, and programs by what authorizes them.

    What a connection does later is its author's, too: a WebSocket's tasks come from its request.
    """

    @web.middleware
    async def note_author(request: web.Request, handler: Handler) -> web.StreamResponse:
        AUTHOR.set(_author(request, cookies) or request.cookies.get(COOKIE, ""))
        if COOKIE in request.cookies:
            database.note_own_write()
        response = await handler(request)
        if request.method not in _READING and not response.prepared:
            value = secrets.token_urlsafe(9)
            response.set_cookie(
                COOKIE, value, max_age=int(STICKY_SECONDS), httponly=True, samesite="Lax", secure=is_https
            )
        return response

    return note_author


def _author(request: web.Request, cookies: Sequence[str]) -> str:
    known = [request.cookies.get(name, "") for name in cookies]
    known.append(request.headers.get("Authorization", ""))
    return hashlib.sha256("\n".join(known).encode(errors="replace")).hexdigest() if any(known) else ""
