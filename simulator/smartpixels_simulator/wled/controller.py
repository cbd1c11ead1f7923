"""One simulated controller without its network: settings, state, presets, strip and the reports about them."""

import time
from collections.abc import Callable
from typing import Any, Final

from .config import WledConfig, device_info, leds_info
from .effects import Frame
from .state import State, transition_units
from .strip import Strip
from .values import read_number

_PRESET_MISSING: Final = 12
_LAST_PRESET: Final = 250

type Clock = Callable[[], float]
type Listener = Callable[[], None]


class WledController:
    """The device itself. Listeners are called after every change of its state."""

    def __init__(self, config: WledConfig, *, clock: Clock = time.monotonic) -> None:
        self.config = config
        self._clock = clock
        self._listeners: set[Listener] = set()
        self._presets: dict[int, dict[str, Any]] = {}
        self._error = 0
        self._boot()

    @property
    def state(self) -> State:
        """The present state; the time of the nightlight is accounted for."""
        now = self._now()
        ends_at = self._state.nightlight.ends_at
        if ends_at is not None and now >= ends_at:
            self._faded(self._state.transition, self._state.end_nightlight)
            self._notify()
        return self._state

    def pixels(self) -> Frame:
        """Return what the strip shows right now."""
        return self._strip.pixels(self.state, self._now())

    def change(self, wanted: dict[str, Any]) -> bool:
        """Apply a request to the state; return whether anything changed."""
        before = self._reported()
        self._faded(transition_units(wanted, self.state.transition), lambda: self._apply(wanted))
        self._presets_asked(wanted)
        changed = self._reported() != before
        if changed:
            self._notify()
        return changed

    def reboot(self) -> None:
        """Start anew as after a power cut: presets stay, all else is as it was at first."""
        self._boot()
        self._notify()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener after every change until the returned function is called."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def state_json(self) -> dict[str, Any]:
        """Return `/json/state`; an error is reported once."""
        report = self.state.to_json(self._now())
        if self._error:
            report["error"], self._error = self._error, 0
        return report

    def info_json(self, *, clients: int, address: str) -> dict[str, Any]:
        """Return `/json/info` for a device with so many WebSocket clients at an IP address."""
        return device_info(self.config) | {
            "leds": leds_info(self.config, len(self.state.segments), self._strip.milliamps(self.pixels())),
            "ws": clients,
            "fs": {"u": 20 + len(self._presets), "t": 983, "pmt": self._presets_saved_at},
            "uptime": int(self._now()),
            "time": time.strftime("%Y-%m-%d, %H:%M:%S"),
            "ip": address,
        }

    def presets_json(self) -> dict[str, Any]:
        """Return `/presets.json`; the empty preset 0 is always there."""
        return {"0": {}} | {str(number): preset for number, preset in sorted(self._presets.items())}

    def _boot(self) -> None:
        self._started = self._clock()
        self._state = State(leds=self.config.leds, rgbw=self.config.rgbw)
        self._strip = Strip(leds=self.config.leds, limit=self.config.power_limit)
        self._presets_saved_at = 0
        self._error = 0

    def _now(self) -> float:
        return self._clock() - self._started

    def _notify(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _faded(self, units: int, change: Callable[[], object]) -> None:
        now = self._now()
        shown = self._strip.pixels(self._state, now)
        looks = self._looks()
        change()
        if self._looks() != looks:
            self._strip.fade(shown, now=now, seconds=units / 10)

    def _looks(self) -> tuple[object, ...]:
        return self._state.on, self._state.brightness, self._state.segments_json(), self._painted()

    def _painted(self) -> list[object]:
        return [dict(segment.pixels) for segment in self._state.segments.values()]

    def _apply(self, wanted: dict[str, Any]) -> None:
        looks = self._looks()
        self._state.change(wanted, now=self._now())
        if self._looks() != looks:
            self._state.preset = -1

    def _presets_asked(self, wanted: dict[str, Any]) -> None:
        saved, deleted = wanted.get("psave"), wanted.get("pdel")
        if isinstance(saved, int) and 0 < saved <= _LAST_PRESET:
            self._save_preset(saved, wanted)
        if isinstance(deleted, int) and self._presets.pop(deleted, None) is not None:
            self._presets_saved_at = int(time.time())
        number = read_number(wanted.get("ps"), max(0, self._state.preset), low=1, high=_LAST_PRESET)
        if number is not None and 0 < number <= _LAST_PRESET:
            self._load_preset(number)

    def _save_preset(self, number: int, wanted: dict[str, Any]) -> None:
        name = str(wanted.get("n") or f"Preset {number}")[:32]
        if "o" in wanted:
            preset = {key: value for key, value in wanted.items() if key not in {"o", "v", "time", "psave"}}
        else:
            preset = self._state.preset_json(wanted)
        self._presets[number] = preset | {"n": name}
        self._presets_saved_at = int(time.time())

    def _load_preset(self, number: int) -> None:
        preset = self._presets.get(number)
        if preset is None:
            self._error = _PRESET_MISSING
            return
        content = {key: value for key, value in preset.items() if key not in {"ps", "psave", "pdel", "rb", "n"}}
        self._faded(transition_units(content, self._state.transition), lambda: self._apply(content))
        self._state.preset = number

    def _reported(self) -> dict[str, Any]:
        """The state that others are told about; the nightlight's countdown is no change."""
        report = self.state.to_json(self._now())
        return report | {"nl": report["nl"] | {"rem": None}}
