"""5,000 viewers, the server killed and started again: how long until the last one sees the place again."""

import argparse
import asyncio
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from .report import json_line, progress

VIEWERS: Final = 5_000
PATIENCE_SECONDS: Final = 240
_AT_ONCE: Final = 200
_FIRST_DELAY: Final = 1.0
_LONGEST_DELAY: Final = 5.0
_SERVER: Final = Path(__file__).parents[1] / "server"
_JOIN: Final = '42/viewer,1["join",{"location":"our-house"}]'


@dataclass(eq=False)
class Viewer:
    """A page as its socket sees it: joins, answers pings, comes back with the library's growing, random pauses."""

    joined_at: float = 0.0
    is_here: bool = False
    refused: int = field(default=0)

    async def watch(self, http: aiohttp.ClientSession, gate: asyncio.Semaphore) -> None:
        """Until canceled."""
        attempts = 0
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with gate:
                    socket = await http.ws_connect("/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
                async with socket:
                    await self._read(socket)
                attempts = 0 if self.is_here else attempts
            self.is_here = False
            delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2**attempts)
            attempts += 1
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))  # noqa: S311 - no secret

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            text = str(message.data)
            if text.startswith("0"):
                await socket.send_str("40/viewer,")
            elif text.startswith("40/viewer"):
                await socket.send_str(_JOIN)
            elif text.startswith('43/viewer,1[{"ok":true'):
                self.is_here, self.joined_at = True, time.monotonic()
            elif text.startswith("44"):
                self.refused += 1
                return
            elif text == "2":
                await socket.send_str("3")


async def _serve(folder: Path, port: int) -> tuple[asyncio.subprocess.Process, str]:
    environment = {**os.environ, "PYTHONPATH": str(_SERVER), "SMARTPIXELS_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "smartpixels_server", "serve"),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    url: str = json.loads(await process.stdout.readline())["url"]
    return process, url


async def _add_location(folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "smartpixels_server", "location", "add", "Our house", "--json"),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_SERVER)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    await process.wait()


async def _until_all(viewers: list[Viewer], what: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (here := sum(viewer.is_here for viewer in viewers)) < len(viewers):
            if process.returncode is not None:
                raise RuntimeError("the server fell over")
            progress(here, len(viewers), what)
            await asyncio.sleep(0.2)
    progress(len(viewers), len(viewers), what)


async def _measure(folder: Path, count: int) -> float:
    await _add_location(folder)
    process, url = await _serve(folder, 0)
    port = int(url.rpartition(":")[2])
    viewers = [Viewer() for _ in range(count)]
    gate = asyncio.Semaphore(_AT_ONCE)
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0)) as http:
        tasks = [asyncio.create_task(viewer.watch(http, gate)) for viewer in viewers]
        try:
            await _until_all(viewers, "viewers", process)
            process.send_signal(signal.SIGKILL)
            killed = time.monotonic()
            await process.wait()
            process, _ = await _serve(folder, port)
            # Every page has noticed before anyone is counted as back.
            for viewer in viewers:
                viewer.is_here = viewer.is_here and viewer.joined_at > killed
            await _until_all(viewers, "back", process)
            return max(viewer.joined_at for viewer in viewers) - killed
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


def main(options: argparse.Namespace) -> None:
    """Run the benchmark."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        silence = asyncio.run(_measure(Path(folder), VIEWERS))
    print(f"\n{VIEWERS} viewers were away for {silence:.1f} s at most", file=sys.stderr)
    if options.json:
        json_line({"viewers": VIEWERS, "longest_silence_s": round(silence, 1)})
