"""The ugly cases of `faults.py` in front of a device's HTTP answers."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from .faults import Fail, Faults

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def ugly_answers(faults: Faults, *, garbage: str, never: tuple[str, ...]) -> Middleware:
    """Return a middleware that shows ugly cases on every path that does not start with one of `never`."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(never):
            return await handler(request)
        settings = faults.settings
        if settings.powered:
            await asyncio.sleep(settings.delay_ms / 1000)
        if not settings.powered or settings.fail is Fail.DROP:
            return cut(request)
        match settings.fail:
            case Fail.GARBAGE:
                return web.Response(text=garbage, content_type="application/json")
            case Fail.EMPTY:
                return web.Response()
            case Fail.HTTP_500:
                return web.Response(status=500, text="Internal Server Error")
            case Fail.HANG:
                await faults.until(lambda now: now.fail is not Fail.HANG)
        return await handler(request)

    return answer


def cut(request: web.Request) -> web.Response:
    """Cut the connection of a request; return what nobody gets."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
