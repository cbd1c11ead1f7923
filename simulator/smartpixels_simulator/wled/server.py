"""The controller on the network: the firmware's JSON API over HTTP and WebSocket, ugly cases included.

Beside the firmware's own paths: `GET /pixels` answers what the strip shows, `{"on": true, "pixels": [[r, g, b], …]}`,
`/pixels/ws` streams the same while somebody listens, and `/simulator` switches ugly cases (see `faults.py`).
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import WSMsgType, web

from ..faults import BadFaultsError, Fail, Faults, FaultSettings
from ..ugly import ugly_answers
from .catalog import EFFECTS, effect_data
from .color import BLACK
from .config import config_report
from .controller import WledController
from .palettes import PALETTES, palette_page

_LOGGER = logging.getLogger(__name__)

_LARGEST_REQUEST: Final = 32 * 1024
_LONGEST_PING: Final = 10
_FRAME_SECONDS: Final = 1 / 25
_BAD_JSON: Final = 9
_NOT_IMPLEMENTED: Final = 4


@dataclass(eq=False, slots=True)
class _Client:
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    outdated: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class WledServer:
    """One simulated WLED controller, listening from `start` to `stop`."""

    kind: Final = "wled"

    def __init__(self, controller: WledController, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.controller = controller
        self.host = host
        self.port = port
        self.faults = Faults()
        self._clients: set[_Client] = set()
        self._runner = web.AppRunner(self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=1.0)
        self._reports: Final[dict[str, Callable[[web.Request], Any]]] = {
            "": lambda _: {**self._report(), "effects": EFFECTS, "palettes": PALETTES},
            "si": lambda _: self._report(),
            "state": lambda _: controller.state_json(),
            "info": lambda _: self._info(),
            "effects": lambda _: EFFECTS,
            "fxdata": lambda _: effect_data(),
            "palettes": lambda _: PALETTES,
            "palx": _palette_page,
            "cfg": lambda _: config_report(controller.config),
            "nodes": lambda _: {"nodes": []},
        }
        controller.subscribe(self._outdated)

    @property
    def name(self) -> str:
        """The name that the controller reports."""
        return self.controller.config.name

    async def start(self) -> None:
        """Start to listen; `port` is the real one afterwards."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        _LOGGER.info("WLED %s listens on http://%s:%d", self.name, self.host, self.port)

    async def stop(self) -> None:
        """End every connection and stop to listen."""
        self.faults.set(FaultSettings())
        self._cut_all()
        await self._runner.cleanup()

    def set_faults(self, wanted: Any) -> None:
        """Switch ugly cases as `POST /simulator` does.

        Raises BadFaultsError when the request makes no sense.
        """
        before = self.faults.settings
        self.faults.set(before.changed(wanted))
        after = self.faults.settings
        _LOGGER.info("WLED %s: %s", self.name, json.dumps(after.to_json()))
        if not after.powered or after.fail is Fail.DROP:
            self._cut_all()
        if wanted.get("reboot") is True or (after.powered and not before.powered):
            self.restart()
        self._outdated()

    def restart(self) -> None:
        """Reboot: every connection is cut, everything but the presets is forgotten."""
        self._cut_all()
        self.controller.reboot()

    def picture(self) -> dict[str, Any]:
        """Return what a person in front of the strip sees."""
        if not self.faults.settings.powered:
            return {"on": False, "pixels": [BLACK] * self.controller.config.leds}
        return {"on": self.controller.state.on, "pixels": self.controller.pixels()}

    def summary(self) -> dict[str, Any]:
        """Return the state in a few words."""
        state = self.controller.state
        main = state.segments[state.main_segment]
        return {
            "on": state.on and self.faults.settings.powered,
            "brightness": state.brightness,
            "color": list(main.colors[0][:3]),
            "effect": EFFECTS[main.effect],
            "palette": PALETTES[main.palette],
            "leds": state.leds,
            "version": self.controller.config.version,
            "clients": len(self._clients),
        }

    def _app(self) -> web.Application:
        ugly = ugly_answers(self.faults, garbage='{"state":{"on":tru', never=("/simulator", "/pixels"))
        app = web.Application(middlewares=[ugly], client_max_size=_LARGEST_REQUEST)
        app.add_routes(
            [
                web.get("/", self._hello),
                web.get("/presets.json", self._get_presets),
                web.get("/reset", self._get_reset),
                web.get("/ws", self._websocket),
                web.get("/pixels", self._get_pixels),
                web.get("/pixels/ws", self._stream_pixels),
                web.get("/simulator", self._get_simulator),
                web.post("/simulator", self._post_simulator),
                web.get("/json{path:.*}", self._get_json),
                web.post("/json{path:.*}", self._post_json),
            ],
        )
        return app

    async def _hello(self, _request: web.Request) -> web.Response:
        return web.Response(text=f"{self.name}: a simulated WLED controller. Try /json, /pixels and /simulator.\n")

    async def _get_json(self, request: web.Request) -> web.Response:
        report = self._reports.get(request.match_info["path"].strip("/"))
        return _json(report(request)) if report else _json({"error": _NOT_IMPLEMENTED}, status=501)

    async def _post_json(self, request: web.Request) -> web.Response:
        wanted = _parse(await request.read())
        if wanted is None:
            return _json({"error": _BAD_JSON}, status=400)
        if "cfg" in request.path:
            return _json({"success": True})
        self._change(wanted)
        return await self._get_json(request) if wanted.get("v") is True else _json({"success": True})

    async def _get_presets(self, _request: web.Request) -> web.Response:
        return _json(self.controller.presets_json())

    async def _get_reset(self, _request: web.Request) -> web.Response:
        asyncio.get_running_loop().call_soon(self.restart)
        return web.Response(text="Rebooting now...")

    async def _get_pixels(self, _request: web.Request) -> web.Response:
        return _json(self.picture())

    async def _get_simulator(self, _request: web.Request) -> web.Response:
        return _json(self.faults.settings.to_json())

    async def _post_simulator(self, request: web.Request) -> web.Response:
        try:
            self.set_faults(_parse(await request.read()))
        except BadFaultsError as err:
            return _json({"error": str(err)}, status=400)
        return _json(self.faults.settings.to_json())

    async def _stream_pixels(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        reader = asyncio.create_task(_ended(socket))
        shown = ""
        while not reader.done():
            frame = _dump(self.picture())
            if frame != shown:
                with contextlib.suppress(ConnectionError):
                    await socket.send_str(frame)
                shown = frame
            await asyncio.wait([reader], timeout=_FRAME_SECONDS)
        return socket

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        client = _Client(socket, request.transport)
        self._clients.add(client)
        client.outdated.set()
        pusher = asyncio.create_task(self._push(client))
        try:
            await self._receive(client)
        finally:
            self._clients.discard(client)
            pusher.cancel()
        return socket

    async def _receive(self, client: _Client) -> None:
        async for message in client.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            text: str = message.data
            if text.startswith("p") and len(text) < _LONGEST_PING:
                await client.socket.send_str("pong")
            elif (wanted := _parse(text)) is not None:
                await self._answer(client, wanted)

    async def _answer(self, client: _Client, wanted: dict[str, Any]) -> None:
        """A change is told by the push that all get; only without one does the sender get an answer of its own."""
        if wanted.get("v") is True and len(wanted) == 1:
            client.outdated.set()
        elif not self._change(wanted):
            await client.socket.send_str(_dump(self._report() if wanted.get("v") is True else {"success": True}))

    async def _push(self, client: _Client) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await client.outdated.wait()
                settings = self.faults.settings
                await asyncio.sleep(settings.delay_ms / 1000)
                client.outdated.clear()
                if settings.fail in {None, Fail.GARBAGE}:
                    report = _dump(self._report())
                    await client.socket.send_str(report[: len(report) // 2] if settings.fail else report)
                await asyncio.sleep(settings.push_interval_ms / 1000)

    def _change(self, wanted: dict[str, Any]) -> bool:
        changed = self.controller.change(wanted)
        if wanted.get("rb") is True:
            self.restart()
        return changed

    def _report(self) -> dict[str, Any]:
        return {"state": self.controller.state_json(), "info": self._info()}

    def _info(self) -> dict[str, Any]:
        return self.controller.info_json(clients=len(self._clients), address=self.host)

    def _outdated(self) -> None:
        for client in self._clients:
            client.outdated.set()

    def _cut_all(self) -> None:
        for client in tuple(self._clients):
            client.cut()


def _palette_page(request: web.Request) -> dict[str, object]:
    page = request.query.get("page", "")
    return palette_page(int(page[:3]) if page.isdecimal() else 0)


async def _ended(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


def _parse(text: bytes | str) -> dict[str, Any] | None:
    try:
        wanted = json.loads(text)
    except ValueError, RecursionError:
        return None
    return wanted if isinstance(wanted, dict) else None


def _dump(report: Any) -> str:
    return json.dumps(report, separators=(",", ":"))


def _json(report: Any, *, status: int = 200) -> web.Response:
    return web.Response(
        text=_dump(report),
        status=status,
        content_type="application/json",
        headers={"Access-Control-Allow-Origin": "*"},
    )
