"""The firmware's palettes by id; their colors are the simulator's own impressions of the names."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from .color import Rgb, blend, parse_hex, visible

type Palette = tuple[Rgb, ...]

_FINENESS: Final = 256

# The first six depend on the colors of the segment, or on the effect; see `palette_for`.
_DYNAMIC: Final = ("Default", "* Random Cycle", "* Color 1", "* Colors 1&2", "* Color Gradient", "* Colors Only")

_DYNAMIC_PREVIEWS: Final = {
    1: "r r r r",
    2: "c1",
    3: "c1 c1 c2 c2",
    4: "c3 c2 c1",
    5: "c1 c1 c1 c1 c1 c2 c2 c2 c2 c2 c3 c3 c3 c3 c3 c1",
}

_STOPS: Final[dict[str, str]] = {
    "Party": "5500ab 84007c b5004b e5001b e81700 b84700 ab7700 abab00 ab5500 dd2200 f2000e c2003e 8f0071 5f00a1",
    "Cloud": "0000ff 00008b 87ceeb ffffff add8e6 0000ff",
    "Lava": "000000 800000 8b0000 ff0000 ff8c00 ffd070 ff4500 400000",
    "Ocean": "191970 00008b 0000cd 2e8b57 008080 5f9ea0 00ffff 0000ff",
    "Forest": "006400 556b2f 008000 228b22 6b8e23 3cb371 66cdaa 9acd32",
    "Rainbow": "ff0000 ff8000 ffff00 00ff00 00ffff 0000ff 8000ff ff0080",
    "Rainbow Bands": "ff0000 000000 ffc000 000000 00ff00 000000 00c0ff 000000 6000ff 000000",
    "Sunset": "781600 b31600 ff6800 a71600 640090 100082 0000a0",
    "Rivendell": "0a2d1e 195537 3c8c50 a0c8a0 c8dcbe",
    "Breeze": "002832 0a6e82 a0f0ff 0a6e82",
    "Red & Blue": "ff0000 800040 0000ff 400080",
    "Yellowout": "ffe060 ffc000 806000 201000",
    "Analogous": "0300ff 1700ff 4300ff 8e002d ff0000",
    "Splash": "7e0b71 c57093 dd9ba4 8b2f6f",
    "Pastel": "b4aaff ffb4c8 ffe6b4 beffd2 b4e6ff",
    "Sunset 2": "b42800 ff8c32 ffc878 5a3cb4 1e1464",
    "Beach": "ffdc96 ffeebe 78d2dc 1e96be 0a5a96",
    "Vintage": "290a0a 8c3c14 d2a064 6e8264 1e283c",
    "Departure": "442200 a05a1e f0d2a0 fffff0 64c864 006400",
    "Landscape": "001e00 28781e 96c83c ffffff 5aaaff 0032c8",
    "Beech": "fff5c8 d2be78 789650 3c6e5a 1ea0be",
    "Sherbet": "ff2828 ff7878 ffd2aa c8ffc8 96ffb4",
    "Hult": "f7b0f7 ff88ff dc1de2 0752b2 0103c8",
    "Hult 64": "01200a 08845a 6eb45a c8c864 0a5a46",
    "Drywet": "2f1e02 d5931f eed06d 36a0a0 0a3264",
    "Jul": "c20802 0a5a14 fff0c8 780a0a 0f8c28",
    "Grintage": "020100 2d1405 8c6428 e6dcb4 787832",
    "Rewhi": "b464d2 dcb4eb ffffff 966ec8",
    "Tertiary": "0001ff 03c86e 19ff00 ffc800 ff0064",
    "Fire": "000000 340000 a00000 ff3c00 ff9600 ffdc50 ffffc8",
    "Icefire": "000000 001e50 0064c8 32c8ff c8ffff ffffff",
    "Cyane": "0a5028 3cbe6e d2ffdc 32b4d2 0a3c8c",
    "Light Pink": "4b1e3c a05a96 ffc8e6 b478c8 501e5a",
    "Autumn": "1a0100 641e00 be5000 e6b41e 8c2800 320a00",
    "Magenta": "000000 2d00b4 ff00ff ff37ff ffffff",
    "Magred": "000000 780078 ff00c8 ff0028 c80000",
    "Yelmag": "000000 c80000 ff00c8 ff6464 ffff00",
    "Yelblu": "0000ff 00c8ff 64ffc8 ffff00",
    "Orange & Teal": "ff6400 ff8c1e 008c8c 00505a",
    "Tiamat": "010214 0a1e3c e62896 32c8be ffffff 5014c8",
    "April Night": "010a32 05144b 6effb4 05144b ffd26e 010a32",
    "Orangery": "ff5f17 ff5200 df0d08 902c02 ff6e11 ff4500",
    "C9": "b80400 ff9000 04b822 0404b8 fff6c8",
    "Sakura": "c41307 ff4548 ffa0aa ffc8d2 ff788c",
    "Aurora": "01050a 00c850 0aff64 00b45a 0064b4 5a00b4",
    "Atlantica": "001c70 2060ff 00f32d 0c5f52 19be5f",
    "C9 2": "06b802 0404b8 b80400 ff9000 9600b4",
    "C9 New": "b80400 ff9000 06b802 0404b8",
    "Temperature": "145ab4 3cb4e6 c8f0c8 ffdc64 ff7814 c81400",
    "Aurora 2": "00283c 11b10d 79f205 19ad79 faff7f ff4696",
    "Retro Clown": "f2a81e e24e80 a11ee1",
    "Candy": "f3f217 f2a81e 6f1597 4a1596 1e0a5a",
    "Toxy Reaf": "02ef7e 913bd9",
    "Fairy Reaf": "dc13bb 0ce1db cbf2df ffffff",
    "Semi Blue": "000000 1e1e5a 2d37ff 1e2896 0a0a32",
    "Pink Candy": "ffffff 3240ff f21ec8 ffffff 8c19c8",
    "Red Reaf": "244e96 5ab4ff ff5050 c8142d",
    "Aqua Flash": "000000 82f2f5 ffff35 ffffff 82f2f5",
    "Yelblu Hot": "2b1e4b 5a0a64 b4143c ff5a28 ffe65a",
    "Lite Light": "000000 141e28 5a6478 1e1e32",
    "Red Flash": "000000 f20c08 fdc8b4 f20c08",
    "Blink Red": "040704 28196e d21e5a ff8ca0 5a1e78",
    "Red Shift": "621650 a02d64 ff5a3c ffb428 5a140a",
    "Red Tide": "fb2e00 ff8c19 f6c83c ff2e00 801400",
    "Candy2": "6d6666 2a3147 791f5a e61e96 787878",
    "Traffic Light": "000000 00ff00 ffff00 ff0000",
}

PALETTES: Final[tuple[str, ...]] = (*_DYNAMIC, *_STOPS)


def palette_for(palette_id: int, colors: tuple[Rgb, Rgb, Rgb]) -> Palette | None:
    """Return the colors of a palette on a segment with these colors; None for "Default", which the effect decides."""
    if palette_id >= len(_DYNAMIC):
        return named_palette(PALETTES[palette_id])
    first, second, third = colors
    choices: tuple[Palette | None, ...] = (
        None,
        named_palette("Rainbow"),
        (first,),
        _banded((first, second)),
        _smooth((third, second, first)),
        _banded(colors if any(third) else (first, second)),
    )
    return choices[palette_id]


@cache
def named_palette(name: str) -> Palette:
    """Return the colors of one of the fixed palettes."""
    return _smooth(_stops(name))


def palette_page(page: int) -> dict[str, object]:
    """Return a page of `/json/palx`: eight palettes as color stops, with the number of the last page."""
    size = 8
    last = len(PALETTES) // size
    start = min(max(0, page), last) * size
    return {"m": last, "p": {str(number): _preview(number) for number in range(start, len(PALETTES))[:size]}}


def _preview(palette_id: int) -> Sequence[object]:
    if palette_id in _DYNAMIC_PREVIEWS:
        return _DYNAMIC_PREVIEWS[palette_id].split()
    stops = _stops(PALETTES[palette_id] if palette_id else "Party")
    return [[round(index * 255 / (len(stops) - 1)), *stop] for index, stop in enumerate(stops)]


def _stops(name: str) -> tuple[Rgb, ...]:
    return tuple(visible(color) for text in _STOPS[name].split() if (color := parse_hex(text)))


def _smooth(stops: tuple[Rgb, ...]) -> Palette:
    places = [index * len(stops) / _FINENESS for index in range(_FINENESS)]
    return tuple(blend(stops[int(at)], stops[(int(at) + 1) % len(stops)], at % 1) for at in places)


def _banded(stops: tuple[Rgb, ...]) -> Palette:
    return tuple(stops[index * len(stops) // _FINENESS] for index in range(_FINENESS))
