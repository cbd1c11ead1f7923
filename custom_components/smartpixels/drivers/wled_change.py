"""What to change on a WLED controller, and the requests that do it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final

from wled import Device, Segment

from .errors import CommandRefusedError
from .wled_report import Color, pixels_of

STROKES_A_REQUEST: Final = 100
"""An ESP8266 keeps a request in 10 KB of memory, and a stroke takes about 50 bytes there."""

type Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change on one segment, or on all; None leaves a thing as it is. Times in seconds."""

    segment: int | None = None
    on: bool | None = None
    brightness: int | None = None
    color: Color | None = None
    effect: str | None = None
    palette: str | None = None
    speed: int | None = None
    intensity: int | None = None
    transition: float | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """Pixels `start` to `stop` (exclusive) in one color."""

    start: int
    stop: int
    color: Color


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """Strokes on one segment, or on all as one strip; at a brightness when that is given."""

    segment: int | None = None
    strokes: Sequence[Stroke]
    brightness: int | None = None


def change_body(device: Device, change: Change) -> Body:
    """Return the body for `/json/state`. Raises CommandRefusedError for what the controller does not have."""
    body: Body = {
        "on": change.on,
        "tt": None if change.transition is None else round(change.transition * 10),
    }
    look = _look(device, change)
    if change.segment is None:
        body["bri"] = change.brightness
        body["seg"] = [{"id": number, **look} for number in device.state.segments] if look else None
    else:
        _segment(device, change.segment)
        body |= _segment_body(device, change, look)
    return {key: value for key, value in body.items() if value is not None}


def paint_bodies(device: Device, painting: Painting) -> Iterator[Body]:
    """Yield the bodies for `/json/state` that paint, each as large as the weakest controller takes."""
    one, brightness = painting.segment, painting.brightness
    targets = tuple(device.state.segments.values()) if one is None else (_segment(device, one),)
    for target in targets:
        offset = target.start if len(targets) > 1 else 0
        look: Body = {"id": target.segment_id, "on": True}
        whole: Body = {"on": True}
        if brightness is not None:
            (whole if one is None else look)["bri"] = brightness
        clipped = (_clip(stroke, target, offset=offset) for stroke in painting.strokes)
        for batch in batched((stroke for stroke in clipped if stroke is not None), STROKES_A_REQUEST, strict=False):
            painted = [item for start, stop, color in batch for item in (start, stop, color)]
            yield {**whole, "seg": [{**look, "i": painted}]}


def preset_body(device: Device, preset_id: int) -> Body:
    """Return the body for `/json/state` that starts a preset. Raises CommandRefusedError when there is none."""
    if preset_id not in device.presets:
        raise CommandRefusedError(f"the controller has no preset {preset_id}")
    return {"ps": preset_id}


def _look(device: Device, change: Change) -> Body:
    wishes = {
        "on": change.on or None,
        # Painted pixels stay until somebody wishes for a color or an effect.
        "frz": False if change.color or change.effect else None,
        "col": [list(change.color)] if change.color else None,
        "fx": _id_of(change.effect, {effect.name: number for number, effect in device.effects.items()}),
        "pal": _id_of(change.palette, {palette.name: number for number, palette in device.palettes.items()}),
        "sx": change.speed,
        "ix": change.intensity,
    }
    return {key: value for key, value in wishes.items() if value is not None}


def _segment_body(device: Device, change: Change, look: Body) -> Body:
    """While all is off, a segment that is turned on must not take the others with it."""
    if change.brightness is not None:
        look |= {"bri": change.brightness}
    if change.on is False:
        return {"on": None, "seg": [{"id": change.segment, **look, "on": False}]}
    others = device.state.segments if change.on and not device.state.on else ()
    off = [{"id": number, "on": False} for number in others if number != change.segment]
    return {"seg": [{"id": change.segment, **look}, *off]}


def _clip(stroke: Stroke, segment: Segment, *, offset: int) -> tuple[int, int, str] | None:
    """Return the part of a stroke that is on the segment, in the segment's own numbers."""
    start, stop = max(0, stroke.start - offset), min(pixels_of(segment), stroke.stop - offset)
    return (start, stop, bytes(stroke.color).hex().upper()) if start < stop else None


def _segment(device: Device, number: int) -> Segment:
    segment = device.state.segments.get(number)
    if segment is None:
        raise CommandRefusedError(f"the controller has no segment {number}")
    return segment


def _id_of(name: str | None, ids: dict[str, int]) -> int | None:
    if name is None:
        return None
    if name not in ids:
        raise CommandRefusedError(f"the controller has no {name!r}")
    return ids[name]
