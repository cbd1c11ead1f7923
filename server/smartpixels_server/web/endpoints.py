"""One HTTP endpoint of the API as data: the router and the OpenAPI document are both made of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from ..errors import SmartPixelsError
from ..protocol.codec import ack, decode
from ..protocol.errors import ErrorCode, MalformedMessage

type Authorize[K] = Callable[[web.Request, str | None], Awaitable[K]]


@dataclass(frozen=True, kw_only=True)
class Call[K]:
    """One request: who calls (nobody, where no scope is asked for), with which decoded parts."""

    caller: K
    path: Mapping[str, str]
    query: Any
    body: Any


@dataclass(frozen=True, kw_only=True)
class Endpoint[K]:
    """What a method of a path does, for whom, with which types, and how it may refuse beside the usual ways."""

    method: str
    path: str
    summary: str
    handle: Callable[[Call[K]], Awaitable[msgspec.Struct | None]]
    scope: str | None = None
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    reply: type[msgspec.Struct] | None = None
    refusals: tuple[ErrorCode, ...] = ()

    def add_to(self, app: web.Application, authorize: Authorize[K]) -> None:
        """Register the route."""

        async def answer(request: web.Request) -> web.Response:
            caller = await authorize(request, self.scope)
            call = Call(
                caller=caller,
                path=request.match_info,
                query=_query(request, self.query),
                body=await self._body(request),
            )
            reply = await self.handle(call)
            return web.json_response(ack(reply), headers={"Cache-Control": "no-store"})

        app.router.add_route(self.method, self.path, answer)

    async def _body(self, request: web.Request) -> Any:
        if self.body is None:
            return None
        try:
            return decode(self.body, msgspec.json.decode(await request.read()))
        except (MalformedMessage, msgspec.DecodeError, RecursionError) as err:
            raise SmartPixelsError(ErrorCode.MALFORMED, str(err)) from err


def _query(request: web.Request, kind: type[msgspec.Struct] | None) -> Any:
    if kind is None:
        return None
    try:
        return msgspec.convert(dict(request.query), kind, strict=False)
    except msgspec.ValidationError as err:
        raise SmartPixelsError(ErrorCode.MALFORMED, str(err)) from err
