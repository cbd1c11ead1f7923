"""The picture until there is a camera: a winter night in which every lamp of the location has its place."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..protocol.messages import Device, DeviceState, Rgb
from .vocabulary import is_lit, shown_rgb

SHORE: Final = 640
"""Where the land ends and the frozen lake begins, in the picture's 1600 by 900."""

DRAWN: Final = 15
"""More lamps than this would be a blur; the cards show them all."""

_TREE_HEIGHT: Final = 400
_BULB_ROWS: Final = 7
_STAR_COUNT: Final = 70


@dataclass(frozen=True, kw_only=True)
class Bulb:
    """One light on a tree, in the tree's own coordinates; `phase` staggers its animation."""

    x: float
    y: float
    phase: int


@dataclass(frozen=True, kw_only=True)
class PlacedLamp:
    """A lamp and where it stands."""

    device_id: str
    x: int
    y: int
    scale: float
    is_tree: bool
    rgb: Rgb
    glow: float


@dataclass(frozen=True, kw_only=True)
class Star:
    """A point of the sky."""

    x: int
    y: int
    size: float


def place_lamps(devices: Sequence[Device], states: Mapping[str, DeviceState]) -> list[PlacedLamp]:
    """Give every lamp its place on the shore, in the order of the catalog; the farthest first, to be drawn behind."""
    drawn = devices[:DRAWN]
    placed = [_place(device, states.get(device.device_id), spot, len(drawn)) for spot, device in enumerate(drawn)]
    return sorted(placed, key=lambda lamp: lamp.y)


def bulbs() -> list[Bulb]:
    """Return the garland of a tree whose foot is at 0, 0."""
    found = []
    for row in range(_BULB_ROWS):
        height = _TREE_HEIGHT * (0.16 + 0.74 * row / (_BULB_ROWS - 1))
        half = (_TREE_HEIGHT - height) * 0.36
        count = max(1, _BULB_ROWS - row)
        for number in range(count):
            across = 0.0 if count == 1 else 2 * number / (count - 1) - 1
            sag = 16 * (1 - across * across)
            found.append(Bulb(x=round(across * half, 1), y=round(-height + sag, 1), phase=(row + number * 2) % 6))
    return found


def stars() -> list[Star]:
    """Return the same sky every night (golden-angle points, denser above)."""
    return [
        Star(
            x=round(1600 * (number * 0.618034 % 1)),
            y=round(430 * (number * 0.754878 % 1) ** 1.4) + 8,
            size=(1.0, 1.5, 1.1, 2.2)[number % 4],
        )
        for number in range(1, _STAR_COUNT + 1)
    ]


def _place(device: Device, state: DeviceState | None, spot: int, count: int) -> PlacedLamp:
    level = (state.brightness if state is not None else None) or 255
    near = (0.5, 1.0, 0.25, 0.75)[spot % 4] if count > 1 else 1.0
    crowd = min(1.0, 2.2 / math.sqrt(count))
    return PlacedLamp(
        device_id=device.device_id,
        x=round(130 + 1340 * (spot + 0.5) / count) if count > 1 else 860,
        y=round(SHORE - 40 + 50 * near),
        scale=round(crowd * (0.72 + 0.33 * near), 2),
        is_tree=device.pixels is not None or bool(device.effects),
        rgb=shown_rgb(state),
        glow=round(0.25 + 0.75 * level / 255, 2) if is_lit(state) else 0.0,
    )
