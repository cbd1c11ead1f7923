"""The house page: all simulated devices in one picture, live, with the switches for their ugly cases.

`GET /` is the page, `GET /api/devices` the same facts for programs, `POST /api/devices/{id}` switches ugly cases
(the JSON of `faults.py`), `/api/live` streams what a person in front of the house sees while somebody watches.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from .devices import SimulatedDevice

_LOGGER = logging.getLogger(__name__)

_PAGE: Final = Path(__file__).parent / "page"
_FRAME_SECONDS: Final = 1 / 25
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class House:
    """The page in front of some devices, which it does not start or stop."""

    def __init__(self, devices: Sequence[SimulatedDevice], *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._devices = devices
        self._host = host
        self._port = port
        self._watching: set[web.WebSocketResponse] = set()
        self._runner = web.AppRunner(self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=1.0)

    @property
    def url(self) -> str:
        """Where the page is; known after `start`."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Start to listen."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        _LOGGER.info("the house is on %s", self.url)

    async def stop(self) -> None:
        """End every connection and stop to listen."""
        for socket in tuple(self._watching):
            await socket.close(code=1001, message=b"stopped")
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=4096)
        app.on_response_prepare.append(_add_headers)
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/api/devices", self._get_devices),
                web.get("/api/live", self._live),
                web.post("/api/devices/{device}", self._post_device),
                web.static("/page", _PAGE),
            ],
        )
        return app

    async def _page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def _get_devices(self, _request: web.Request) -> web.Response:
        return web.json_response({"devices": [_summary(number, device) for number, device in enumerate(self._devices)]})

    async def _post_device(self, request: web.Request) -> web.Response:
        number = request.match_info["device"]
        if request.content_type != "application/json":
            return web.json_response({"error": "application/json is expected"}, status=415)
        if not number.isdecimal() or int(number) >= len(self._devices):
            return web.json_response({"error": "there is no such device"}, status=404)
        device = self._devices[int(number)]
        try:
            device.set_faults(await request.json())
        except (ValueError, RecursionError) as err:
            return web.json_response({"error": str(err)}, status=400)
        return web.json_response(_summary(int(number), device))

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._watching.add(socket)
        watcher = asyncio.create_task(_ended(socket))
        shown: list[str] = []
        try:
            while not watcher.done():
                frames = [_frame(number, device) for number, device in enumerate(self._devices)]
                for frame in frames:
                    if frame not in shown:
                        await socket.send_str(frame)
                shown = frames
                await asyncio.wait([watcher], timeout=_FRAME_SECONDS)
        except ConnectionError:
            _LOGGER.debug("a watcher of the house has gone")
        finally:
            self._watching.discard(socket)
        return socket


def _summary(number: int, device: SimulatedDevice) -> dict[str, Any]:
    return {
        "id": str(number),
        "kind": device.kind,
        "name": device.name,
        "host": device.host,
        "port": device.port,
        "pixels": f"http://{device.host}:{device.port}/pixels",
        "faults": device.faults.settings.to_json(),
        "state": device.summary(),
    }


def _frame(number: int, device: SimulatedDevice) -> str:
    return json.dumps({**_summary(number, device), "picture": device.picture()}, separators=(",", ":"))


async def _ended(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
