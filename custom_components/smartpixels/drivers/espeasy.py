"""Read and control one ESPEasy unit over HTTP.

Facts, with their sources in github.com/letscontrolit/ESPEasy at f9a2fd4 (2024-10-19):

- `GET /control?cmd=GPIO,12,1` runs a command (docs: Reference/Command.rst). A unit takes one command per request and
  splits it at commas. Names of commands: docs, Plugin/P001_commands_GPIO.repl, P038_commands.repl, P128_commands.repl.
- `GPIO`, `PWM`, `LongPulse_mS` and `Status` answer with one JSON object `log, plugin, pin, mode, state`; `state` is
  the duty (0 to 1023) in mode `PWM`, else the level (getPinStateJSON in Helpers/PortStatus.cpp).
- `Status` of a pin that nobody has set since the start answers nothing at all (the same function, not found).
- Plugin commands (NeoPixel) answer the text `OK`. A failure is `Failed`; a command whose plugin is not set up is
  `Command unknown: …`; one that HTTP may not give is `Command not allowed from this source!`; all with status 200
  (Commands/Common.cpp, Commands/ExecuteCommand.cpp, WebServer/ControlPage.cpp).
- `NeoPixelFX` (P128) answers with its state as JSON: `mode, rgb, dim, …` (PluginStructs/P128_data_struct.cpp); P038 has
  no way to be asked.
- `GET /json` tells `System` (`Unit Name`, `Build`, `Uptime` in minutes) and `WiFi` (`STA MAC`); values that look like
  numbers are numbers, even in names (docs: Reference/URLs.rst; WebServer/JSON.cpp, Helpers/StringConverter.cpp).
- Neither `/control` nor `/json` asks for the admin password, by design (issue 118; the comments in
  WebServer/ControlPage.cpp and JSON.cpp). A password is for units behind a proxy or of other builds that ask (401).
  A client outside the allowed addresses gets 403 and `IP blocked: …` (WebServer/AccessControl.cpp).
- `PWM` with a fade makes an ESP8266 deaf while it fades (Helpers/Hardware_PWM.cpp); this driver never fades.
"""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from yarl import URL

from .errors import (
    BadAnswerError,
    CommandRefusedError,
    NotRecognizedError,
    UnauthorizedError,
    UnreachableError,
    WrongDeviceError,
)

FULL_DUTY: Final = 1023
HIGHEST_PIN: Final = 48
"""An ESP32-S3's; smaller chips refuse what they do not have."""

_TIMEOUT: Final = 4.0
_LARGEST_ANSWER: Final = 128 * 1024
_IDENTITY_HOLDS: Final = 20.0
"""Commands do not name the unit, so a command later than this after the last look first asks who is there."""

_REFUSALS: Final = ("Failed", "Command unknown", "Command not allowed", "Too many arguments", "Unknown or restricted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a unit, or the proxy before it, may ask for."""

    user: str = "admin"
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a unit says about itself; `values` are its tasks' values by task and value name."""

    mac: str
    name: str
    build: str
    uptime: float
    values: Mapping[str, Mapping[str, float | str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What a unit recorded about one of its pins: the duty in mode `PWM`, else the level, -1 when it is offline."""

    mode: str
    state: int


class EspEasy:
    """One unit at `url` (scheme, host and port). With `mac` given, any other unit there is never controlled."""

    def __init__(
        self,
        url: URL,
        *,
        session: aiohttp.ClientSession,
        mac: str | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self.url = url
        self.starts = 0
        """How often the unit was seen to have started anew; what it cannot be asked for is unknown then."""

        self.answered = asyncio.Event()
        """Set by every command that is answered; whoever waits for it clears it."""

        self._session = session
        self._mac = mac
        self._headers = _authorization(credentials)
        self._one_at_a_time = asyncio.Lock()
        self._identified_at: float | None = None
        self._uptime = 0.0

    async def identify(self) -> Unit:
        """Ask the unit who it is and how its tasks are. Raises DriverError, WrongDeviceError among them."""
        async with self._one_at_a_time:
            return await self._identify()

    async def command(self, *words: str | int) -> str:
        """Run one command on the unit that is meant, and return its answer. Raises DriverError.

        Words go out as they are: none may ever come from a viewer.
        """
        async with self._one_at_a_time:
            if self._identified_at is None or time.monotonic() - self._identified_at > _IDENTITY_HOLDS:
                await self._identify()
            answer = (await self._get("/control", cmd=",".join(map(str, words)))).strip()
            if not answer.startswith(("{", *_REFUSALS)) and answer not in {"", "OK"}:
                self._identified_at = None
                raise BadAnswerError(f"{words[0]} was not answered as a unit does")
        self.answered.set()
        if answer.startswith(_REFUSALS):
            raise CommandRefusedError(f"{words[0]}: {answer[:60]}")
        return answer

    async def command_pin(self, name: str, pin: int, *arguments: int) -> Pin:
        """Run a pin's command and return what the unit recorded then. Raises DriverError."""
        report = _pin(await self.command(name, pin, *arguments), pin)
        if report is None:
            raise BadAnswerError(f"{name} was not confirmed")
        return report

    async def pin(self, pin: int) -> Pin | None:
        """Return what the unit recorded about a pin, None when nobody set it since the start. Raises DriverError."""
        return _pin(await self.command("Status", "GPIO", pin), pin)

    async def _identify(self) -> Unit:
        self._identified_at = None
        unit = _unit(await self._get("/json"))
        if self._mac is not None and unit.mac != self._mac:
            raise WrongDeviceError(f"found {unit.mac} instead of {self._mac}")
        if unit.uptime < self._uptime:
            self.starts += 1
        self._uptime = unit.uptime
        self._identified_at = time.monotonic()
        return unit

    async def _get(self, path: str, **query: str) -> str:
        # After any trouble, another unit may be at the address.
        identified_at, self._identified_at = self._identified_at, None
        url = self.url.with_path(path).with_query(query)
        try:
            async with (
                asyncio.timeout(_TIMEOUT),
                self._session.get(url, headers=self._headers, allow_redirects=False) as response,
            ):
                text = await _body(response)
        except TimeoutError as err:
            raise UnreachableError("no answer in time") from err
        except aiohttp.ClientResponseError as err:
            raise NotRecognizedError("what answers does not speak HTTP") from err
        except (aiohttp.ClientError, OSError) as err:
            raise UnreachableError("nothing answers at the address") from err
        self._identified_at = identified_at
        return text


def _authorization(credentials: Credentials | None) -> dict[str, str]:
    if credentials is None:
        return {}
    return {"Authorization": aiohttp.encode_basic_auth(credentials.user, credentials.password)}


async def _body(response: aiohttp.ClientResponse) -> str:
    match response.status:
        case 200:
            pass
        case 401:
            raise UnauthorizedError("the unit asks for another user name or password")
        case 403:
            raise UnauthorizedError("the unit does not accept this machine's address; see its client IP filtering")
        case status if status >= 500:  # noqa: PLR2004 - HTTP's own
            raise BadAnswerError(f"HTTP {status}")
        case status:
            raise NotRecognizedError(f"HTTP {status}")
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise NotRecognizedError("the answer is too long for a unit")
    return body.decode(errors="replace")


def _unit(text: str) -> Unit:
    report = read_object(text)
    system, wifi = (report or {}).get("System"), (report or {}).get("WiFi")
    if not isinstance(system, dict) or not isinstance(wifi, dict):
        raise NotRecognizedError("what answers is no ESPEasy unit")
    mac = str(wifi.get("STA MAC", "")).lower().replace(":", "")
    if not re.fullmatch(r"[0-9a-f]{12}", mac):
        raise NotRecognizedError("the unit does not tell its MAC address")
    return Unit(
        mac=mac,
        name=str(system.get("Unit Name", "")),
        build=str(system.get("Git Build") or system.get("Build", "")),
        uptime=_uptime(system),
        values=dict(_tasks(report)),
    )


def _uptime(system: dict[str, Any]) -> float:
    for label, seconds in (("Uptime (ms)", 0.001), ("Uptime", 60.0)):
        if isinstance(value := system.get(label), int):
            return value * seconds
    return 0.0


def _tasks(report: Any) -> Iterator[tuple[str, dict[str, float | str]]]:
    for task in _objects(report.get("Sensors")):
        values = {
            str(value.get("Name")): value["Value"]
            for value in _objects(task.get("TaskValues"))
            if isinstance(value.get("Value"), int | float | str)
        }
        yield str(task.get("TaskName", "")), values


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _pin(answer: str, pin: int) -> Pin | None:
    if not answer:
        return None
    report = read_object(answer) or {}
    match report:
        case {"pin": int(number), "mode": str(mode), "state": int(state)} if number == pin:
            return Pin(mode=mode, state=state)
    raise BadAnswerError("the unit speaks of something else than the pin")


def read_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in a text, None when it holds something else. Raises BadAnswerError when it is broken."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        report: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as err:
        raise BadAnswerError("broken JSON") from err
    return report
