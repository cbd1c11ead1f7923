"""Commands through the integration with all house rules on: a real Home Assistant core against a hostile server.

Home Assistant, its integration, twenty lamps and the server share one process and one core. The server speaks the real
wire over a real socket and always keeps a few hundred commands on their way. No recorder, as on a house without one.
"""

import argparse
import asyncio
import gc
import itertools
import json
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, override

from aiohttp import ThreadedResolver, WSMsgType, web
from homeassistant import loader
from homeassistant.bootstrap import async_load_base_functionality
from homeassistant.components.light import LightEntity
from homeassistant.components.light.const import DATA_COMPONENT, ColorMode
from homeassistant.config_entries import ConfigEntries, ConfigEntry, ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components import smartpixels
from demo.programs import ROOT

from .report import json_line, progress, table

COMMANDS: Final = 20_000
WARM_UP: Final = 2_000
ON_THE_WAY: Final = 200
LAMPS: Final = 20
VIEWERS: Final = 500
GOAL_PER_SECOND: Final = 2_000
GOAL_STALL_MS: Final = 50
TICK_SECONDS: Final = 0.002

_OPTIONS: Final = {
    "hours": {"windows": [{"from": "sunset", "until": "sunrise"}, {"from": "sunrise", "until": "sunset"}]},
    "energy": {"limit_wh": 500, "dim": 30},
    "flashes": {"grouping": "location"},
}


class Lamp(LightEntity):
    """A lamp that obeys at once."""

    _attr_color_mode = ColorMode.RGB
    _attr_should_poll = False
    _attr_is_on = False

    def __init__(self, number: int) -> None:
        self._attr_supported_color_modes = {ColorMode.RGB}
        self._attr_name = f"Lamp {number}"
        self._attr_unique_id = f"lamp-{number}"
        self._attr_brightness = 255
        self._attr_rgb_color = (255, 255, 255)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._attr_is_on = True
        self._attr_brightness = kwargs.get("brightness", self._attr_brightness)
        self._attr_rgb_color = kwargs.get("rgb_color", self._attr_rgb_color)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False
        self.async_write_ha_state()


class Server:
    """As much of the server's end as one link needs, spoken by hand because it shares the core with the house."""

    def __init__(self) -> None:
        self.port = 0
        self.linked = asyncio.Event()
        self.answers: Counter[str] = Counter()
        self._socket: web.WebSocketResponse
        self._ids = itertools.count(1)
        self._free = asyncio.Semaphore(ON_THE_WAY)
        self._answered = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen on a free port while the block runs."""
        app = web.Application()
        app.router.add_get("/socket.io/", self._link)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()

    async def send(self, payload: str) -> None:
        """Send a command when there is room for one more on its way."""
        await self._free.acquire()
        await self._socket.send_str(f'42/location,{next(self._ids)}["device_command",{payload}]')

    async def all_answered(self, count: int) -> None:
        """Return when so many commands were answered since `answers` was last cleared."""
        while self.answers.total() < count:
            self._answered.clear()
            await self._answered.wait()

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        opened = {"sid": "1", "upgrades": [], "pingInterval": 3_600_000, "pingTimeout": 3_600_000, "maxPayload": 10**6}
        await socket.send_str(f"0{json.dumps(opened)}")
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._received(message.data)
        return socket

    async def _received(self, packet: str) -> None:
        kind, _, rest = packet.partition("/location,")
        if kind == "43":
            answer = json.loads(rest[rest.index("[") :])[0]
            self.answers["done" if answer["ok"] else answer["error"]["code"]] += 1
            self._free.release()
            self._answered.set()
        elif kind == "40":
            await self._socket.send_str('40/location,{"sid":"2"}')
        elif kind == "42" and (bracket := rest.index("[")):
            event = json.loads(rest[bracket:])[0]
            await self._socket.send_str(f"43/location,{rest[:bracket]}[{json.dumps(_greeting())}]")
            if event == "catalog":
                self.linked.set()


class Watchdog:
    """Measures how long the event loop did not come round: by the clock, and by the time that this process computed.

    The first counts what other programs of the machine take, too.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.longest_computing = 0.0
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time()
        self._computed = time.thread_time()
        self._tick()

    def _tick(self) -> None:
        now, computed = self._loop.time(), time.thread_time()
        self.longest = max(self.longest, now - self._due)
        self.longest_computing = max(self.longest_computing, computed - self._computed)
        self._due, self._computed = now + TICK_SECONDS, computed
        self._loop.call_at(self._due, self._tick)


def _greeting() -> dict[str, Any]:
    names = {"software": "bench", "software_version": "1", "location_id": "bench", "slug": "bench", "name": "Bench"}
    versions = {"protocol_version": 1, "min_protocol_version": 1}
    return {"ok": True, **names, **versions, "server_time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def _payloads() -> Iterator[str]:
    """Yield commands without end: mostly good ones, some forbidden, repeated or broken."""
    dice = random.Random(1)  # noqa: S311 - the same commands in every run
    for number in itertools.count():
        action = dice.choices(
            [
                {"type": "set_color", "rgb": [dice.randrange(256) for _ in range(3)]},
                {"type": "set_brightness", "brightness": dice.randint(1, 255)},
                {"type": "turn_on"},
                {"type": "turn_off"},
                {"type": "press"},
                {"type": "homeassistant.restart"},
            ],
            weights=[60, 15, 8, 8, 5, 4],
        )[0]
        yield json.dumps(
            {
                "command_id": f"command-{number - (number % 50 == 0)}",
                "device_id": f"lamp-{dice.randrange(LAMPS + 2)}",
                "action": action,
                "viewer": {"viewer_id": f"viewer-{dice.randrange(VIEWERS)}", "handle": "Gentle Otter"},
                "expires_at": "2100-01-01T00:00:00Z",
            }
        )


def _entry(port: int) -> ConfigEntry[Any]:
    said = {
        "kind": "light",
        "exposed": True,
        "name_en": "Lamp",
        "actions": ["turn_on", "turn_off", "set_color", "set_brightness"],
        "limits": {"max_brightness": 80, "min_interval": 0.25},
    }
    lamps = [
        ConfigSubentryDataWithId(
            data={"entity": f"light.lamp_{number}", "exposure": {"": said}},
            subentry_id=f"lamp-{number}",
            subentry_type="adopted",
            title=f"Lamp {number}",
            unique_id=f"lamp-{number}",
        )
        for number in range(LAMPS)
    ]
    return ConfigEntry(
        data={"server": f"http://127.0.0.1:{port}", "token": "bench", "location_id": "bench", "slug": "bench"},
        discovery_keys=MappingProxyType({}),
        domain="smartpixels",
        minor_version=2,
        options=_OPTIONS,
        source="user",
        subentries_data=lamps,
        title="Bench",
        unique_id="bench",
        version=1,
    )


@asynccontextmanager
async def _home_assistant(folder: Path) -> AsyncIterator[HomeAssistant]:
    """Run Home Assistant's core with lamps and without all that this does not need."""
    # Messages would need Home Assistant's web server, which has no place here.
    smartpixels.PLATFORMS = [each for each in smartpixels.PLATFORMS if each is not Platform.NOTIFY]  # type: ignore[misc]
    (folder / "custom_components").symlink_to(ROOT / "custom_components")
    hass = HomeAssistant(str(folder))
    hass.config.skip_pip = True
    loader.async_setup(hass)
    hass.config_entries = ConfigEntries(hass, {})
    await async_load_base_functionality(hass)
    await hass.config.async_set_time_zone("Europe/Warsaw")
    hass.config.latitude, hass.config.longitude = 52.2, 21.0
    hass.data["aiohttp_resolver"] = ThreadedResolver()  # Home Assistant's own would start mDNS.
    for component in ("homeassistant", "light"):
        if not await async_setup_component(hass, component, {}):
            raise SystemExit(f"Home Assistant could not set up {component}")
    await hass.data[DATA_COMPONENT].async_add_entities([Lamp(number) for number in range(LAMPS)])
    await hass.async_start()
    try:
        yield hass
    finally:
        await hass.async_stop(force=True)


async def _measure(server: Server) -> dict[str, Any]:
    payloads = _payloads()
    for payload in itertools.islice(payloads, WARM_UP):
        await server.send(payload)
    await server.all_answered(WARM_UP)
    server.answers.clear()
    gc.collect()  # What the start left behind; what commands leave behind is collected while it is measured.
    watchdog = Watchdog()
    begin, computed = time.perf_counter(), time.process_time()
    for number, payload in enumerate(itertools.islice(payloads, COMMANDS), 1):
        await server.send(payload)
        if number % 500 == 0:
            progress(number, COMMANDS, "commands")
    await server.all_answered(COMMANDS - LAMPS)  # A last one may wait at each lamp for its turn.
    seconds, computed = time.perf_counter() - begin, time.process_time() - computed
    figures = {
        "commands_per_s": round(server.answers.total() / seconds),
        "commands_per_cpu_s": round(server.answers.total() / computed),
        "max_stall_ms": round(watchdog.longest * 1000, 1),
        "max_stall_cpu_ms": round(watchdog.longest_computing * 1000, 1),
    }
    await server.all_answered(COMMANDS)
    return {
        **figures,
        "answers": dict(server.answers.most_common()),
    }


async def _run(options: argparse.Namespace) -> None:
    server = Server()
    with tempfile.TemporaryDirectory() as folder:
        async with server.running(), _home_assistant(Path(folder)) as hass:
            entry = _entry(server.port)
            await hass.config_entries.async_add(entry)
            if entry.state is not ConfigEntryState.LOADED:
                raise SystemExit(f"the integration did not start: {entry.reason}")
            async with asyncio.timeout(30):
                await server.linked.wait()
            figures = await _measure(server)
    rows = {
        "by the clock": {"commands/s": figures["commands_per_s"], "stall ms": figures["max_stall_ms"]},
        "of own computing": {"commands/s": figures["commands_per_cpu_s"], "stall ms": figures["max_stall_cpu_ms"]},
        "goal": {"commands/s": GOAL_PER_SECOND, "stall ms": GOAL_STALL_MS},
    }
    table(f"{COMMANDS} commands, {LAMPS} lamps, all house rules on", rows)
    table("Answers", {code: {"commands": count} for code, count in figures["answers"].items()})
    if options.json:
        json_line(figures)


def main(options: argparse.Namespace) -> None:
    """Run the benchmark."""
    logging.disable(logging.WARNING)
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(options))
