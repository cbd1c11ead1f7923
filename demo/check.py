"""The proof that everything works: a viewer clicks red, the strip is red, a second viewer saw it."""

import asyncio
import time
from typing import Any, Final

import aiohttp

from .programs import ProgramFailed
from .stack import SLUG, Stack
from .viewer import Viewer, viewing

RED: Final = [255, 0, 0]
BLUE: Final = [0, 0, 255]
SECONDS: Final = 10


async def click_red(stack: Stack) -> dict[str, float]:
    """Click red as a viewer and return the milliseconds until lamp, LEDs and second viewer had it.

    Raises ProgramFailed when one of them did not become red.
    """
    async with viewing(stack.website, SLUG) as clicker, viewing(stack.website, SLUG) as watcher:
        device_id = _device_named(clicker, "Christmas tree")
        # From another color, so that red is a change; set at the lamp, so that the click finds it rested.
        await _set_at_the_lamp(stack.wled["tree"], BLUE)
        await _until_leds(stack.wled["tree"], BLUE)
        await _until_told(watcher, device_id, BLUE)
        start = time.perf_counter()

        def elapsed() -> float:
            return round((time.perf_counter() - start) * 1000, 1)

        async def to_lamp() -> float:
            await _until_lamp_obeys(stack.wled["tree"], RED)
            return elapsed()

        async def to_leds() -> float:
            await _until_leds(stack.wled["tree"], RED)
            return elapsed()

        async def to_second_viewer() -> float:
            await _until_told(watcher, device_id, RED)
            return elapsed()

        lamp, leds, second, _ = await asyncio.gather(
            to_lamp(), to_leds(), to_second_viewer(), _click(clicker, device_id, RED)
        )
        return {"click_to_lamp_ms": lamp, "click_to_second_viewer_ms": second, "click_to_red_leds_ms": leds}


def _device_named(viewer: Viewer, name: str) -> str:
    for device in viewer.snapshot["devices"]:
        if device["name"]["en"] == name:
            return str(device["device_id"])
    raise ProgramFailed(f"the website shows no {name}")


async def _click(viewer: Viewer, device_id: str, rgb: list[int]) -> None:
    answer = await viewer.command(device_id, {"type": "set_color", "rgb": rgb})
    if not answer["ok"]:
        raise ProgramFailed(f"the click was refused: {answer['error']}")


async def _set_at_the_lamp(address: str, rgb: list[int]) -> None:
    state = {"on": True, "tt": 0, "seg": [{"id": 0, "fx": 0, "col": [rgb]}]}
    async with aiohttp.ClientSession() as http, http.post(f"{address}/json/state", json=state) as response:
        response.raise_for_status()


async def _until_told(viewer: Viewer, device_id: str, rgb: list[int]) -> None:
    def told() -> bool:
        state = viewer.states[device_id]
        return state.get("rgb") == rgb and bool(state.get("on"))

    try:
        await viewer.wait_for(told, seconds=SECONDS)
    except TimeoutError:
        raise ProgramFailed(f"the second viewer was not told that the tree is {rgb}") from None


async def _until_lamp_obeys(address: str, rgb: list[int]) -> None:
    """Wait until the controller itself says that it is on and has the color."""

    def obeys(state: dict[str, Any]) -> bool:
        return bool(state["on"]) and all(segment["col"][0][:3] == rgb for segment in state["seg"])

    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{address}/ws") as socket,
        ):
            async for message in socket:
                if obeys(message.json()["state"]):
                    return
    except TimeoutError:
        pass
    raise ProgramFailed(f"the controller did not take {rgb}")


async def _until_leds(address: str, rgb: list[int]) -> None:
    """Wait until every LED of the strip shines in the hue of `rgb` and no other."""
    pixels: list[list[int]] = []
    try:
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as http:
            while True:
                async with http.get(f"{address}/pixels") as response:
                    pixels = (await response.json())["pixels"]
                if all([bool(channel) for channel in pixel] == [bool(channel) for channel in rgb] for pixel in pixels):
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise ProgramFailed(f"the LEDs did not become {rgb}; the first is {pixels[:1]}") from None
