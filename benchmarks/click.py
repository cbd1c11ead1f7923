"""Click to lamp and click to second viewer, through the whole running demo: 500 clicks at 20/s with 50 viewers.

Ten lamps take turns, so that none is clicked more often than its minimum interval allows, and the colors change
little by little, so that the flash limiter has nothing to hold back: what is measured is the way, not the rules.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Final

import aiohttp

from demo.programs import Log
from demo.stack import SLUG, Lamp, Stack, open_stack
from demo.viewer import Viewer, viewing

from .report import json_line, percentiles, progress, table

CLICKS: Final = 500
PER_SECOND: Final = 20
VIEWERS: Final = 50
FREE_PLAY: Final = {"SMARTPIXELS_PLAY": "free"}
"""Fifty who click would else take turns."""

LAMPS: Final = tuple(Lamp(key=f"lamp{n}", name=f"Lamp {n}", name_pl=f"Lampa {n}", leds=30) for n in range(1, 11))
SETTLE_SECONDS: Final = 5

type Rgb = tuple[int, int, int]


class Stopwatch:
    """Times from each click, known by its unique color, to where that color was first seen."""

    def __init__(self) -> None:
        self.started: dict[Rgb, float] = {}
        self.at_lamp: dict[Rgb, float] = {}
        self.at_viewer: dict[Rgb, float] = {}

    def seen(self, times: dict[Rgb, float], rgb: Rgb) -> None:
        """Note that a color was seen now; only the first time of a clicked one counts."""
        if rgb in self.started and rgb not in times:
            times[rgb] = (time.perf_counter() - self.started[rgb]) * 1000


def _color(click: int) -> Rgb:
    return 200, 120 + click // 256, click % 256


async def _watch_lamp(address: str, stopwatch: Stopwatch) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{address}/ws") as socket:
        async for message in socket:
            red, green, blue = message.json()["state"]["seg"][0]["col"][0][:3]
            stopwatch.seen(stopwatch.at_lamp, (red, green, blue))


def _watch_states(viewer: Viewer, stopwatch: Stopwatch) -> None:
    def note(state: dict[str, Any]) -> None:
        if rgb := state.get("rgb"):
            stopwatch.seen(stopwatch.at_viewer, (rgb[0], rgb[1], rgb[2]))

    viewer.on_state = note


async def _click(viewers: list[Viewer], stopwatch: Stopwatch) -> list[str]:
    """Click at the given rate, viewers and lamps taking turns; return what was refused."""
    devices = sorted(viewers[0].states)
    answers: list[asyncio.Task[dict[str, Any]]] = []
    begin = time.perf_counter()
    for click in range(CLICKS):
        await asyncio.sleep(max(0, begin + click / PER_SECOND - time.perf_counter()))
        rgb = _color(click)
        stopwatch.started[rgb] = time.perf_counter()
        action = {"type": "set_color", "rgb": list(rgb)}
        wish = viewers[click % len(viewers)].command(devices[click % len(devices)], action)
        answers.append(asyncio.create_task(wish))
        progress(click + 1, CLICKS, "clicks")
    return [answer["error"]["code"] for answer in await asyncio.gather(*answers) if not answer["ok"]]


async def _measure(stack: Stack) -> dict[str, Any]:
    stopwatch = Stopwatch()
    async with AsyncExitStack() as cleanup:
        viewers: list[Viewer] = []
        for number in range(VIEWERS):
            viewers.append(await cleanup.enter_async_context(viewing(stack.website, SLUG)))
            progress(number + 1, VIEWERS, "viewers")
        # The second viewer never clicks.
        second = viewers.pop()
        _watch_states(second, stopwatch)
        watchers = [asyncio.create_task(_watch_lamp(address, stopwatch)) for address in stack.wled.values()]
        refused = await _click(viewers, stopwatch)
        with suppress(TimeoutError):
            expected = CLICKS - len(refused)
            await second.wait_for(lambda: len(stopwatch.at_viewer) >= expected, seconds=SETTLE_SECONDS)
        for watcher in watchers:
            watcher.cancel()
    return {
        "click_to_lamp_ms": percentiles(list(stopwatch.at_lamp.values())),
        "click_to_second_viewer_ms": percentiles(list(stopwatch.at_viewer.values())),
        "clicks": CLICKS,
        "at_lamp": len(stopwatch.at_lamp),
        "at_second_viewer": len(stopwatch.at_viewer),
        "refused": {code: refused.count(code) for code in sorted(set(refused))},
    }


async def _run(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_stack(Path(folder), log=Log(), lamps=LAMPS, settings=FREE_PLAY) as stack:
            figures = await _measure(stack)
    table(
        f"{CLICKS} clicks at {PER_SECOND}/s, {VIEWERS} viewers, milliseconds",
        {
            "click to lamp": figures["click_to_lamp_ms"],
            "click to second viewer": figures["click_to_second_viewer_ms"],
        },
    )
    if options.json:
        json_line(figures)


def main(options: argparse.Namespace) -> None:
    """Run the benchmark."""
    asyncio.run(_run(options))
