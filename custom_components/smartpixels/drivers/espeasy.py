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
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from yarl import URL

from .errors import BadAnswer, CommandRefused, DriverError, NotRecognized, Unauthorized, Unreachable, WrongDevice

FULL_DUTY: Final = 1023
HIGHEST_PIN: Final = 48
"""An ESP32-S3's; smaller chips refuse what they do not have."""

_TIMEOUT: Final = 4.0
_LARGEST_ANSWER: Final = 64 * 1024
_IDENTITY_HOLDS: Final = 20.0
"""Commands do not name the unit, so a command older than this after the last look asks again who is there."""

_PULSE_LIMITS: Final = (0.001, 15.0)
_POLL_SECONDS: Final = 10.0
_LONGEST_PAUSE: Final = 300.0


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
    """What a unit recorded about one of its pins: the duty in mode `PWM`, else the level."""

    mode: str
    state: int

    @property
    def duty(self) -> int:
        """The level as a share of `FULL_DUTY`, whatever the mode."""
        if self.mode == "PWM":
            return min(max(self.state, 0), FULL_DUTY)
        return FULL_DUTY if self.state == 1 else 0


class EspEasy:
    """One unit at `url` (scheme, host and port). With `mac` given, any other unit there is never controlled."""

    def __init__(
        self,
        url: URL,
        *,
        session: aiohttp.ClientSession,
        mac: str | None = None,
        credentials: aiohttp.BasicAuth | None = None,
    ) -> None:
        self.url = url
        self._session = session
        self._mac = mac
        self._credentials = credentials
        self._one_at_a_time = asyncio.Lock()
        self._identified_at: float | None = None
        self._uptime = 0.0
        self._answered = asyncio.Event()
        self.starts = 0
        """How often the unit has been seen to start anew; what it cannot be asked for is unknown then."""

    async def unit(self) -> Unit:
        """Ask the unit who it is. Raises DriverError, WrongDevice among them."""
        async with self._one_at_a_time:
            return await self._identify()

    async def command(self, *words: str | int) -> str:
        """Run one command on the unit that is meant, and return its answer. Raises DriverError.

        Words go out as they are: they must never come from a viewer.
        """
        async with self._one_at_a_time:
            if self._identified_at is None or time.monotonic() - self._identified_at > _IDENTITY_HOLDS:
                await self._identify()
            answer = await self._get("/control", cmd=",".join(map(str, words)))
        self._answered.set()
        return answer.strip()

    async def command_pin(self, name: str, pin: int, *arguments: int) -> Pin:
        """Run a pin's command and return what the unit recorded then. Raises DriverError."""
        report = _pin_report(await self.command(name, pin, *arguments), pin)
        if report is None:
            raise BadAnswer(f"{name} was not confirmed")
        return report

    async def pin(self, pin: int) -> Pin | None:
        """Return what the unit recorded about a pin, None when nobody has set it since the start. Raises DriverError."""
        return _pin_report(await self.command("Status", "GPIO", pin), pin)

    async def wait_for_answer(self, *, seconds: float) -> None:
        """Return when a command succeeds, or after some seconds."""
        self._answered.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), seconds)

    async def _identify(self) -> Unit:
        self._identified_at = None
        unit = _unit(await self._get("/json"))
        if self._mac is not None and unit.mac != self._mac:
            raise WrongDevice(f"found {unit.mac} instead of {self._mac}")
        if unit.uptime < self._uptime:
            self.starts += 1
        self._uptime = unit.uptime
        self._identified_at = time.monotonic()
        return unit

    async def _get(self, path: str, **query: str) -> str:
        try:
            async with (
                asyncio.timeout(_TIMEOUT),
                self._session.get(
                    self.url.with_path(path).with_query(query), auth=self._credentials, allow_redirects=False
                ) as response,
            ):
                return _checked(response.status, await _body(response))
        except DriverError:
            self._identified_at = None
            raise
        except TimeoutError as err:
            self._identified_at = None
            raise Unreachable("no answer in time") from err
        except (aiohttp.ClientResponseError, aiohttp.InvalidURL) as err:
            self._identified_at = None
            raise NotRecognized("what answers does not speak HTTP") from err
        except (aiohttp.ClientError, OSError) as err:
            self._identified_at = None
            raise Unreachable(str(err) or type(err).__name__) from err


