"""The whole state of a controller, and how a JSON object changes it."""

from dataclasses import dataclass, field
from typing import Any, Final

from .segment import Segment
from .values import read_number, read_switch

MAX_SEGMENTS: Final = 32
_MAX_TRANSITION: Final = 655
_SEGMENT_BOUNDS: Final = ("start", "stop", "len")


@dataclass(slots=True, kw_only=True)
class Nightlight:
    """A timer that ends at a target brightness; `ends_at` is None while it is not running."""

    minutes: int = 60
    mode: int = 1
    target: int = 0
    ends_at: float | None = None

    def change(self, wanted: dict[str, Any], now: float) -> None:
        """Apply the `nl` object of a request."""
        self.minutes = max(1, read_number(wanted.get("dur"), self.minutes) or self.minutes)
        mode = read_number(wanted.get("mode"), self.mode)
        self.mode = self.mode if mode is None else min(3, mode)
        target = read_number(wanted.get("tbri"), self.target)
        self.target = self.target if target is None else target
        running = read_switch(wanted.get("on"), self.ends_at is not None)
        if not running:
            self.ends_at = None
        elif self.ends_at is None or "dur" in wanted:
            self.ends_at = now + self.minutes * 60

    def to_json(self, now: float) -> dict[str, Any]:
        """Return the timer as the firmware reports it."""
        remaining = -1 if self.ends_at is None else max(0, round(self.ends_at - now))
        return {
            "on": self.ends_at is not None,
            "dur": self.minutes,
            "mode": self.mode,
            "tbri": self.target,
            "rem": remaining,
        }


@dataclass(slots=True, kw_only=True)
class State:
    """What a controller shows; `brightness` is kept while it is off."""

    leds: int
    rgbw: bool = False
    on: bool = True
    brightness: int = 128
    transition: int = 7
    preset: int = -1
    main_segment: int = 0
    live_override: int = 0
    sync: dict[str, Any] = field(default_factory=lambda: {"send": False, "sgrp": 1, "rgrp": 1})
    nightlight: Nightlight = field(default_factory=Nightlight)
    segments: dict[int, Segment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.segments:
            self.segments[0] = Segment(segment_id=0, start=0, stop=self.leds)

    def change(self, wanted: dict[str, Any], *, now: float) -> None:
        """Apply what a JSON object asks for, presets excepted; what makes no sense is passed over."""
        self._change_light(wanted)
        self.transition = _units(wanted.get("transition"), self.transition)
        self.nightlight.change(_object(wanted.get("nl")), now)
        self._change_sync(_object(wanted.get("udpn")))
        override = read_number(wanted.get("lor"), self.live_override)
        self.live_override = self.live_override if override is None else min(2, override)
        self._change_segments(wanted.get("seg"), now)
        main = wanted.get("mainseg")
        if isinstance(main, int) and main in self.segments:
            self.main_segment = main

    def end_nightlight(self) -> None:
        """Go to the target brightness and end the timer."""
        self.nightlight.ends_at = None
        self._change_light({"bri": self.nightlight.target})

    def to_json(self, now: float) -> dict[str, Any]:
        """Return the state as `/json/state` does."""
        return {
            "on": self.on,
            "bri": self.brightness,
            "transition": self.transition,
            "bs": 0,
            "ps": self.preset,
            "pl": -1,
            "ledmap": 0,
            "nl": self.nightlight.to_json(now),
            "udpn": self.sync | {"recv": self.sync["rgrp"] != 0},
            "lor": self.live_override,
            "mainseg": self.main_segment,
            "seg": self.segments_json(),
        }

    def segments_json(self) -> list[dict[str, Any]]:
        """Return all segments in the order of their ids."""
        return [segment.to_json(rgbw=self.rgbw) for _, segment in sorted(self.segments.items())]

    def preset_json(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return what saving a preset stores: `ib` adds on and brightness, `sb` bounds, `sc` leaves out unselected."""
        saved: dict[str, Any] = {"mainseg": self.main_segment}
        if wanted.get("ib"):
            saved |= {"on": self.on, "bri": self.brightness, "transition": self.transition}
        left_out = {"len"} if wanted.get("sb") else set(_SEGMENT_BOUNDS)
        saved["seg"] = [
            {key: value for key, value in segment.items() if key not in left_out}
            for segment in self.segments_json()
            if segment["sel"] or not wanted.get("sc")
        ]
        return saved

    def _change_light(self, wanted: dict[str, Any]) -> None:
        was_on = self.on
        brightness = read_number(wanted.get("bri"), self.brightness if self.on else 0)
        if brightness is not None:
            self.brightness = brightness or self.brightness
            self.on = brightness > 0
        power = wanted.get("on")
        if isinstance(power, bool):
            self.on = power
        elif isinstance(power, str) and power.startswith("t") and (was_on or not self.on):
            self.on = not self.on
        if self.on and not was_on:
            for segment in self.segments.values():
                segment.unfreeze()

    def _change_sync(self, wanted: dict[str, Any]) -> None:
        self.sync["send"] = read_switch(wanted.get("send"), self.sync["send"])
        for key in ("sgrp", "rgrp"):
            groups = read_number(wanted.get(key), self.sync[key])
            self.sync[key] = self.sync[key] if groups is None else groups

    def _change_segments(self, wanted: Any, now: float) -> None:
        if isinstance(wanted, list):
            for position, item in enumerate(wanted):
                if isinstance(item, dict):
                    self._change_segment(_whole_id(item, position), item, now)
        elif isinstance(wanted, dict):
            chosen = [_whole_id(wanted, -1)] if "id" in wanted else self._selected()
            for segment_id in chosen:
                self._change_segment(segment_id, wanted, now)

    def _change_segment(self, segment_id: int, wanted: dict[str, Any], now: float) -> None:
        if not 0 <= segment_id < MAX_SEGMENTS:
            return
        segment = self.segments.get(segment_id) or self._new_segment(segment_id, wanted)
        if segment is None:
            return
        segment.change(wanted, leds=self.leds, now=now)
        if segment.stop > segment.start:
            self.segments[segment.segment_id] = segment
        else:
            self._delete_segment(segment)

    def _new_segment(self, segment_id: int, wanted: dict[str, Any]) -> Segment | None:
        """The firmware puts a new segment behind the last one, whatever id was asked for."""
        stop = wanted.get("stop")
        if not isinstance(stop, int) or stop <= 0:
            return None
        following = min(segment_id, max(self.segments, default=-1) + 1)
        return Segment(segment_id=following, start=0, stop=self.leds)

    def _delete_segment(self, segment: Segment) -> None:
        if len(self.segments) == 1 and segment.segment_id in self.segments:
            segment.start, segment.stop = 0, self.leds
            return
        self.segments.pop(segment.segment_id, None)
        if self.main_segment == segment.segment_id:
            self.main_segment = min(self.segments)

    def _selected(self) -> list[int]:
        return [segment_id for segment_id, segment in self.segments.items() if segment.selected]


def transition_units(wanted: dict[str, Any], otherwise: int) -> int:
    """Return how long this change fades, in units of 100 ms.

    `tt` counts once, a new `transition` counts at once, painted pixels do not fade.
    """
    segments = wanted.get("seg")
    items = segments if isinstance(segments, list) else [segments]
    if any(isinstance(item, dict) and isinstance(item.get("i"), list) for item in items):
        return 0
    return _units(wanted.get("tt"), _units(wanted.get("transition"), otherwise))


def _units(value: Any, otherwise: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return otherwise
    return min(_MAX_TRANSITION, value)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole_id(wanted: dict[str, Any], otherwise: int) -> int:
    value = wanted.get("id")
    return value if isinstance(value, int) else otherwise
