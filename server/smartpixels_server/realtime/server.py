"""python-socketio, attached to aiohttp: WebSocket only, own pages and listed origins only."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, Final, override

from aiohttp import WSCloseCode, web
from socketio import AsyncManager, AsyncServer
from socketio.exceptions import ConnectionRefusedError as Refused

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.codec import Json
from ..protocol.errors import ErrorCode
from .binder import Namespace
from .packet import FRAME_EVENT, BadFrame, Frame, StrictPacket
from .peer import Peer
from .transport import MESSAGE_LIMIT, Connection

_PATH: Final = "/socket.io/"
_PING_SECONDS: Final = 15
_PONG_SECONDS: Final = 10
_LIBRARY_LOGGER = logging.getLogger(f"{__name__}.library")
_LIBRARY_LOGGER.setLevel(logging.ERROR)


class RealtimeServer:
    """The Socket.IO server of the application."""

    def __init__(self, clock: Clock, *, allowed_origins: Iterable[str]) -> None:
        self._clock = clock
        self._allowed_origins = frozenset(allowed_origins)
        self._connections: set[Connection] = set()
        self._sio = AsyncServer(
            async_mode="aiohttp",
            transports=["websocket"],
            cors_allowed_origins=[],
            client_manager=_Manager(),
            serializer=StrictPacket,
            max_http_buffer_size=MESSAGE_LIMIT,
            http_compression=False,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PONG_SECONDS,
            monitor_clients=False,
            logger=_LIBRARY_LOGGER,
            engineio_logger=_LIBRARY_LOGGER,
        )
        self._sio.namespaces = []
        self._sio.eio._async = {**self._sio.eio._async, "websocket": self._new_connection}  # noqa: SLF001 - its only seam

    def attach(self, app: web.Application) -> None:
        """Serve Socket.IO at its usual path; connections end with a `going away` when the application stops."""
        app.router.add_get(_PATH, self._serve)
        app.on_shutdown.append(self._close_all)

    def add[S](self, namespace: Namespace[S]) -> None:
        """Serve a namespace."""

        async def connect(sid: str, environ: dict[str, Any], auth: Json | None) -> None:
            peer = Peer(self._sio, self._clock, namespace=namespace.name, sid=sid, environ=environ)
            refused = await namespace.connected(peer, auth or {})
            if refused is not None:
                raise Refused(refused["message"], refused)

        async def disconnect(sid: str, _reason: str) -> None:
            await namespace.disconnected(sid)

        async def frame(sid: str, received: Frame | BadFrame) -> Json:
            return await namespace.received(sid, received)

        self._sio.on("connect", connect, namespace=namespace.name)
        self._sio.on("disconnect", disconnect, namespace=namespace.name)
        self._sio.on(FRAME_EVENT, frame, namespace=namespace.name)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._allowed_origins and origin.partition("://")[2] != request.host:
            raise SmartPixelsError(ErrorCode.UNAUTHORIZED, "pages of this origin may not connect")
        if request.query.get("transport") != "websocket" or request.query.get("EIO") != "4" or "sid" in request.query:
            raise SmartPixelsError(ErrorCode.MALFORMED, "only Engine.IO 4 over WebSocket is served")
        return await self._sio.handle_request(request)

    def _new_connection(self, handler: Callable[[Connection], Any], _engine: object) -> Connection:
        return Connection(handler, self._clock, opened=self._connections)

    async def _close_all(self, _app: web.Application) -> None:
        await asyncio.gather(*(connection.close(code=WSCloseCode.GOING_AWAY) for connection in self._connections))


class _Manager(AsyncManager):
    """Peers without rooms of the library's own, so that a disconnect does not walk through everybody."""

    @override
    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """Return the id of a new peer; None when its connection has ended before its turn came."""
        return await super().pre_connect(eio_sid, namespace) if eio_sid in self.server.environ else None

    def new_ack_id(self, sid: str, callback: Callable[..., None]) -> int:
        return self._generate_ack_id(sid, callback)

    @override
    def basic_disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        for room in (sid, None):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
            if not pending.get(namespace, True):
                del pending[namespace]
