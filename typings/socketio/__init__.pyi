from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from . import exceptions as exceptions
from . import packet as packet

type Handler = Callable[..., Awaitable[Any]]

class AsyncNamespace:
    namespace: str
    def __init__(self, namespace: str | None = None) -> None: ...
    async def trigger_event(self, event: str, *args: Any) -> Any: ...

class AsyncManager:
    callbacks: dict[str, Any]
    pending_connect: dict[str, list[str]]
    pending_disconnect: dict[str, list[str]]
    server: AsyncServer
    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None: ...
    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None: ...
    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None: ...
    def _generate_ack_id(self, sid: str, callback: Callable[..., Any]) -> int: ...

class AsyncServer:
    environ: dict[str, Any]
    eio: Any
    manager: Any
    namespaces: list[str] | str
    def __init__(
        self,
        *,
        async_mode: str = ...,
        transports: list[str] | None = None,
        serializer: str | type[packet.Packet] = "default",
        cors_allowed_origins: str | list[str] | Callable[..., bool] | None = None,
        json: Any = None,
        namespaces: list[str] | str | None = None,
        always_connect: bool = False,
        max_http_buffer_size: int = 1_000_000,
        http_compression: bool = True,
        ping_interval: int | tuple[int, int] = 25,
        ping_timeout: int = 20,
        logger: Any = False,
        engineio_logger: Any = False,
        client_manager: Any = None,
        monitor_clients: bool = True,
        async_handlers: bool = True,
        cookie: str | None = None,
    ) -> None: ...
    def attach(self, app: Any, socketio_path: str = "socket.io") -> None: ...
    async def handle_request(self, request: web.Request) -> web.StreamResponse: ...
    def on(self, event: str, handler: Handler | None = None, namespace: str | None = None) -> Any: ...
    def register_namespace(self, namespace_handler: AsyncNamespace) -> None: ...
    async def emit(
        self,
        event: str,
        data: Any = None,
        *,
        to: str | None = None,
        room: str | None = None,
        skip_sid: str | None = None,
        namespace: str | None = None,
    ) -> None: ...
    async def call(
        self,
        event: str,
        data: Any = None,
        *,
        to: str | None = None,
        namespace: str | None = None,
        timeout: float = 60,  # noqa: ASYNC109
    ) -> Any: ...
    async def enter_room(self, sid: str, room: str, namespace: str | None = None) -> None: ...
    async def leave_room(self, sid: str, room: str, namespace: str | None = None) -> None: ...
    async def close_room(self, room: str, namespace: str | None = None) -> None: ...
    async def disconnect(self, sid: str, namespace: str | None = None) -> None: ...
    async def shutdown(self) -> None: ...
    def get_environ(self, sid: str, namespace: str | None = None) -> Mapping[str, Any]: ...

class AsyncClient:
    connected: bool
    def __init__(
        self,
        *,
        reconnection: bool = True,
        logger: Any = False,
        engineio_logger: Any = False,
        json: Any = None,
        handle_sigint: bool = True,
        http_session: Any = None,
        request_timeout: float = 5,
        ssl_verify: bool = True,
        websocket_extra_options: Mapping[str, Any] | None = None,
    ) -> None: ...
    def on(self, event: str, handler: Handler | None = None, namespace: str | None = None) -> Any: ...
    async def connect(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = ...,
        auth: Any = None,
        transports: list[str] | None = None,
        namespaces: list[str] | str | None = None,
        socketio_path: str = "socket.io",
        wait: bool = True,
        wait_timeout: float = 1,
        retry: bool = False,
    ) -> None: ...
    async def emit(self, event: str, data: Any = None, namespace: str | None = None, callback: Any = None) -> None: ...
    async def call(self, event: str, data: Any = None, namespace: str | None = None, timeout: float = 60) -> Any: ...  # noqa: ASYNC109
    async def disconnect(self) -> None: ...
    async def shutdown(self) -> None: ...
    async def wait(self) -> None: ...
    async def sleep(self, seconds: float = 0) -> None: ...
