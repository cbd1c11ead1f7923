"""Around every HTTP request: errors → answers (one of two places that do), security headers."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from ..errors import SmartPixelsError
from ..metrics import Metrics
from ..protocol.codec import refusal
from ..protocol.errors import ErrorCode

type ErrorPage = Callable[[web.Request, int], Awaitable[web.StreamResponse]]

ERROR_PAGE: Final = web.AppKey[ErrorPage]("error_page")
"""Renders errors for people; without it they are plain text."""

BODY_LIMIT: Final = 64 * 1024

_LOGGER = logging.getLogger(__name__)
_MACHINE_PATHS: Final = ("/api/", "/socket.io/", "/healthz", "/readyz", "/metrics")
_CODES: Final = {404: ErrorCode.NOT_FOUND, 413: ErrorCode.TOO_LARGE, 429: ErrorCode.RATE_LIMITED}
_SERVER_ERROR: Final = 500
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; connect-src 'self' {websocket}; "
    "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
_HTTPS_HEADERS: Final = {"Strict-Transport-Security": "max-age=31536000"}


def security_headers(*, is_https: bool) -> Middleware:
    """Return the middleware that adds the security headers to every answer that is not a WebSocket."""
    headers = {**_HEADERS, **_HTTPS_HEADERS} if is_https else _HEADERS

    @web.middleware
    async def add(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if not response.prepared:
            websocket = f"{'wss' if is_https or request.secure else 'ws'}://{request.host}"
            for name, value in headers.items():
                response.headers.setdefault(name, value.format(websocket=websocket))
        return response

    return add


def counting(metrics: Metrics) -> Middleware:
    """Return the middleware that counts requests by route and status."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        resource = request.match_info.route.resource
        metrics.requested(resource.canonical if resource else "none", response.status)
        return response

    return count


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors as JSON for programs, as a page for people."""
    try:
        return await handler(request)
    except SmartPixelsError as err:
        return await _answer(request, err, status=err.http_status)
    except web.HTTPRedirection as err:
        return web.Response(status=err.status, headers=err.headers)
    except web.HTTPError as err:
        code = _CODES.get(err.status, ErrorCode.MALFORMED)
        response = await _answer(request, SmartPixelsError(code, err.reason), status=err.status)
        if hdrs.ALLOW in err.headers:
            response.headers[hdrs.ALLOW] = err.headers[hdrs.ALLOW]
        return response
    except ConnectionResetError:
        raise
    except Exception:
        _LOGGER.exception("Unexpected error at %s", request.path)
        return await _answer(request, SmartPixelsError(ErrorCode.INTERNAL, "unexpected error"), status=_SERVER_ERROR)


async def _answer(request: web.Request, err: SmartPixelsError, *, status: int) -> web.StreamResponse:
    if request.path.startswith(_MACHINE_PATHS):
        headers = {} if err.retry_after_ms is None else {"Retry-After": str(-(-err.retry_after_ms // 1000))}
        body = refusal(err.code, err.message, retry_after_ms=err.retry_after_ms)
        return web.json_response(body, status=status, headers=headers)
    if ERROR_PAGE in request.app:
        return await request.app[ERROR_PAGE](request, status)
    return web.Response(text=f"{status}\n", status=status)
