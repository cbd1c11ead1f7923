"""A small public server for the integration's tests: the real wire, in whatever mood a test wants."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import socketio
from aiohttp import web
from engineio.packet import MESSAGE, Packet

type Json = dict[str, Any]

NAMESPACE = "/location"


class FakeServer:
    """Pairs codes, greets locations, keeps every frame. Its attributes are its mood."""

    def __init__(self) -> None:
        self.port = 0
        self.pairings: dict[str, Json | web.Response] = {}
        """Answers by pairing code; a plain dict is a success."""
        self.refusal: Json | None = None
        """What a connection is refused with."""
        self.answers: dict[str, Any] = {}
        """Answers by event, instead of the usual ones; a callable is called."""
        self.mute = False
        """Whether no frame is answered."""
        self.server_time: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.frames: list[tuple[str, Any]] = []
        self.tokens: list[Any] = []
        self.sids: list[str] = []
        self._command_ids = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the port of last time if there was one."""
        self._sio = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"], namespaces=[NAMESPACE])
        self._sio.eio.start_background_task = self._start_task  # The library would leave its pings behind.
        self._sio.on("connect", self._on_connect, namespace=NAMESPACE)
        self._sio.on("disconnect", self._on_disconnect, namespace=NAMESPACE)
        self._sio.on("*", self._on_frame, namespace=NAMESPACE)
        app = web.Application()
        app.router.add_post("/api/v1/pair", self._pair)
        self._sio.attach(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Cut every link and stop to listen."""
        if self._runner is None:
            return
        for sid in tuple(self.sids):
            await self._sio.disconnect(sid, namespace=NAMESPACE)
        await self._sio.shutdown()
        await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._runner = None
        self.sids.clear()

    def got(self, event: str) -> list[Any]:
        """Return the payloads of all frames of this event."""
        return [payload for name, payload in self.frames if name == event]

    def last(self, event: str) -> Json:
        """Return the payload of the newest frame of this event, empty when there is none."""
        return next((payload for name, payload in reversed(self.frames) if name == event), {})

    async def emit(self, event: str, payload: Any) -> None:
        """Send a frame to the newest link."""
        await self._sio.emit(event, payload, to=self.sids[-1], namespace=NAMESPACE)

    async def call(self, event: str, payload: Any, *, seconds: float = 8) -> Any:
        """Send a frame to the newest link and return its answer."""
        return await self._sio.call(event, payload, to=self.sids[-1], namespace=NAMESPACE, timeout=seconds)

    async def raw(self, packet: str) -> None:
        """Send any text as an Engine.IO message."""
        environ = self._sio.get_environ(self.sids[-1], namespace=NAMESPACE)
        assert environ
        eio_sid = self._sio.manager.eio_sid_from_sid(self.sids[-1], NAMESPACE)
        await self._sio.eio.send(eio_sid, packet)

    def burst(self, packets: Iterable[str]) -> None:
        """Send Engine.IO messages of any text so that they arrive together."""
        eio_sid = self._sio.manager.eio_sid_from_sid(self.sids[-1], NAMESPACE)
        queue = self._sio.eio.sockets[eio_sid].queue
        for packet in packets:
            queue.put_nowait(Packet(MESSAGE, packet))

    async def command(self, device_id: str, action: Mapping[str, Any], **changes: Any) -> Json:
        """Send a viewer's wish and return what became of it."""
        answer: Json = await self.call("device_command", self.wish(device_id, action) | changes)
        return answer

    def wish(self, device_id: str, action: Mapping[str, Any]) -> Json:
        """Return a viewer's wish that a house obeys."""
        return {
            "command_id": f"command-{next(self._command_ids)}",
            "device_id": device_id,
            "action": dict(action),
            "viewer": {"viewer_id": "viewer-1", "handle": "Gentle Otter"},
            "expires_at": (self.server_time() + timedelta(seconds=5)).isoformat(),
        }

    async def kick(self) -> None:
        """Cut the newest link without a word."""
        await self._sio.disconnect(self.sids[-1], namespace=NAMESPACE)

    def _start_task(self, target: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(target(*args))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _pair(self, request: web.Request) -> web.Response:
        code = (await request.json()).get("code")
        answer = self.pairings.get(code)
        if isinstance(answer, web.Response):
            del self.pairings[code]
            return answer
        if answer is None:
            return web.json_response({"ok": False, "error": {"code": "invalid_code", "message": "no"}}, status=403)
        del self.pairings[code]
        return web.json_response({"ok": True, **answer})

    async def _on_connect(self, sid: str, _environ: Any, auth: Any) -> None:
        self.tokens.append((auth or {}).get("token"))
        if self.refusal is not None:
            raise socketio.exceptions.ConnectionRefusedError("refused", self.refusal)
        self.sids.append(sid)

    async def _on_disconnect(self, sid: str, *_: Any) -> None:
        if sid in self.sids:
            self.sids.remove(sid)

    async def _on_frame(self, event: str, _sid: str, *args: Any) -> Any:
        self.frames.append((event, args[0] if args else None))
        if self.mute:
            await asyncio.Event().wait()
        answer = self.answers.get(event, self._usual(event))
        return answer() if callable(answer) else answer

    def _usual(self, event: str) -> Json:
        return {"ok": True} | (self.welcome() if event == "hello" else {})

    def welcome(self) -> Json:
        """Return the server's own hello."""
        return {
            "protocol_version": 1,
            "min_protocol_version": 1,
            "software": "fake",
            "software_version": "1",
            "location_id": "location-1",
            "slug": "our-house",
            "name": "Our house",
            "server_time": self.server_time().isoformat(),
        }


async def wait_until(condition: Callable[[], object], what: str = "", *, seconds: float = 5) -> None:
    """Return when the condition holds; fail when it never does."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - any condition, without an event of its own
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"never happened: {what or condition}") from None
