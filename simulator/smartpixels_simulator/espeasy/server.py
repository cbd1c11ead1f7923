"""The unit on the network: `/json` and `/control` as the firmware serves them, ugly cases included.

Beside the firmware's own paths: `GET /pixels` answers what a person in front of it sees, and `/simulator` switches ugly
cases (see `faults.py`).
"""

import hmac
import html
import json
import logging
from typing import Any, Final

import aiohttp
from aiohttp import web

from ..faults import BadFaultsError, Faults, FaultSettings
from ..ugly import Handler, cut, ugly_answers
from .unit import EspEasyUnit

_LOGGER = logging.getLogger(__name__)

_OWN_PATHS: Final = ("/simulator", "/pixels")


class EspEasyServer:
    """One simulated ESPEasy unit, listening from `start` to `stop`; its IP filter refuses the client `blocked`."""

    kind: Final = "espeasy"

    def __init__(self, unit: EspEasyUnit, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.unit = unit
        self.host = host
        self.port = port
        self.faults = Faults()
        self.blocked = ""
        self.commands: list[str] = []
        """All commands since the start, as they came."""

        self._runner = web.AppRunner(self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=1.0)

    @property
    def name(self) -> str:
        """The name that the unit reports."""
        return self.unit.config.name

    async def start(self) -> None:
        """Start to listen; `port` is the real one afterwards."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        _LOGGER.info("ESPEasy %s listens on http://%s:%d", self.name, self.host, self.port)

    async def stop(self) -> None:
        """End every connection and stop to listen."""
        self.faults.set(FaultSettings())
        await self._runner.cleanup()

    def set_faults(self, wanted: Any) -> None:
        """Switch ugly cases as `POST /simulator` does.

        Raises BadFaultsError when the request makes no sense.
        """
        before = self.faults.settings
        self.faults.set(before.changed(wanted))
        after = self.faults.settings
        _LOGGER.info("ESPEasy %s: %s", self.name, json.dumps(after.to_json()))
        if wanted.get("reboot") is True or (after.powered and not before.powered):
            self.unit.reboot()

    def picture(self) -> dict[str, Any]:
        """Return what a person in front of the unit sees."""
        lights = self.unit.lights() if self.faults.settings.powered else []
        return {"on": any(map(any, lights)), "pixels": lights}

    def summary(self) -> dict[str, Any]:
        """Return the state in a few words."""
        return {
            "on": self.picture()["on"],
            "pins": {str(number): pin.state for number, pin in sorted(self.unit.pins().items())},
            "commands": len(self.commands),
        }

    def _app(self) -> web.Application:
        ugly = ugly_answers(self.faults, garbage='{"System":{"Unit Na', never=_OWN_PATHS)
        app = web.Application(middlewares=[ugly, self._guarded], client_max_size=4096)
        app.add_routes(
            [
                web.get("/json", self._get_json),
                web.get("/control", self._get_control),
                web.get("/pixels", self._get_pixels),
                web.get("/simulator", self._get_simulator),
                web.post("/simulator", self._post_simulator),
            ],
        )
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_OWN_PATHS):
            return await handler(request)
        if request.remote == self.blocked:
            return web.Response(status=403, text=f"IP blocked: {request.remote}", content_type="text/html")
        if self.unit.config.password and not self._knows_password(request):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="Login Required"'})
        return await handler(request)

    def _knows_password(self, request: web.Request) -> bool:
        config = self.unit.config
        wanted = aiohttp.encode_basic_auth(config.user, config.password)
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), wanted.encode())

    async def _get_json(self, request: web.Request) -> web.Response:
        report = self.unit.sensors() if request.query.get("view") == "sensorupdate" else self.unit.report()
        return web.json_response(report)

    async def _get_control(self, request: web.Request) -> web.Response:
        line = request.query.get("cmd", "").strip()
        if not line:
            return cut(request)
        self.commands.append(line)
        answer = self.unit.run(line)
        if answer.json:
            return web.Response(text=answer.text, content_type="application/json")
        return web.Response(text=html.escape(answer.text), content_type="text/html")

    async def _get_pixels(self, _request: web.Request) -> web.Response:
        return web.json_response(self.picture())

    async def _get_simulator(self, _request: web.Request) -> web.Response:
        return web.json_response(self.faults.settings.to_json())

    async def _post_simulator(self, request: web.Request) -> web.Response:
        try:
            self.set_faults(await request.json())
        except BadFaultsError as err:
            return web.json_response({"error": str(err)}, status=400)
        except ValueError, RecursionError:
            return web.json_response({"error": "a JSON object is expected"}, status=400)
        return web.json_response(self.faults.settings.to_json())
