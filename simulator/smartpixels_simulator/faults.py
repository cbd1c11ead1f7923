"""Ugly cases of a simulated device, switchable while it runs.

`POST /simulator` on the device takes a JSON object with any of these keys, and answers with all of them, as `GET` does:

- `delay_ms`: every answer and push comes so much later (0 to 60000)
- `fail`: what happens instead of an answer:
  `"drop"` the connection is cut, `"garbage"` broken JSON, `"empty"` nothing, `"http500"` a server error,
  `"hang"` no answer until this is switched off again, `null` all is well
- `power`: `"off"` cuts every connection, the strip is dark; `"on"` starts the device anew
- `push_interval_ms`: at most one WebSocket push in this time; the firmware's own value is 1000
- `reboot`: `true` cuts every connection and starts the device anew

`/simulator` and `/pixels` themselves never fail: they are not part of the device.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

_LONGEST_MS: Final = 60_000


class Fail(StrEnum):
    """What happens instead of an answer."""

    DROP = "drop"
    GARBAGE = "garbage"
    EMPTY = "empty"
    HTTP_500 = "http500"
    HANG = "hang"


class BadFaultsError(ValueError):
    """A request for ugly cases makes no sense; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSettings:
    """Which ugly cases a device shows at present."""

    delay_ms: int = 0
    fail: Fail | None = None
    powered: bool = True
    push_interval_ms: int = 0

    def changed(self, wanted: Any) -> FaultSettings:
        """Return these settings with the keys of a request applied.

        Raises BadFaultsError when it is no object, a key is unknown or a value makes no sense.
        """
        if not isinstance(wanted, dict):
            raise BadFaultsError("a JSON object is expected")
        if unknown := wanted.keys() - {"delay_ms", "fail", "power", "push_interval_ms", "reboot"}:
            raise BadFaultsError(f"unknown: {', '.join(sorted(unknown))}")
        if wanted.get("power", "on") not in ("on", "off"):
            raise BadFaultsError('power is "on" or "off"')
        if not isinstance(wanted.get("reboot", False), bool):
            raise BadFaultsError("reboot is true or false")
        return replace(
            self,
            delay_ms=_milliseconds(wanted, "delay_ms", self.delay_ms),
            fail=_fail(wanted["fail"]) if "fail" in wanted else self.fail,
            powered=wanted["power"] == "on" if "power" in wanted else self.powered,
            push_interval_ms=_milliseconds(wanted, "push_interval_ms", self.push_interval_ms),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the settings in the form that a request has."""
        return {
            "delay_ms": self.delay_ms,
            "fail": self.fail,
            "power": "on" if self.powered else "off",
            "push_interval_ms": self.push_interval_ms,
        }


class Faults:
    """The present settings, and waiting for them to change."""

    def __init__(self) -> None:
        self.settings = FaultSettings()
        self._changed = asyncio.Event()

    def set(self, settings: FaultSettings) -> None:
        """Switch to other settings; whoever waits goes on."""
        self.settings = settings
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[FaultSettings], bool]) -> None:
        """Wait until the settings meet a condition."""
        while not condition(self.settings):
            await self._changed.wait()


def _milliseconds(wanted: dict[str, Any], key: str, otherwise: int) -> int:
    value = wanted.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LONGEST_MS:
        raise BadFaultsError(f"{key} is a whole number from 0 to {_LONGEST_MS}")
    return value


def _fail(value: Any) -> Fail | None:
    if value is None:
        return None
    try:
        return Fail(value)
    except ValueError as err:
        raise BadFaultsError(f"fail is null or one of {', '.join(Fail)}") from err
