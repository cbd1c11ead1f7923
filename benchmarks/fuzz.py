"""A million malformed frames against a server process: it goes on, nobody else notices, its memory does not grow."""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Final

import aiohttp

from demo.programs import ROOT, ProgramFailed
from tests.fakes.location import FakeLocation
from tests.fakes.viewer import FakeViewer

from .report import json_line, progress, table

FRAMES: Final = 1_000_000
SECONDS: Final = 900
BYSTANDERS: Final = 10
ATTACKERS: Final = 24
PER_CONNECTION: Final = 40
WARM_UP: Final = 0.05

_UPGRADE: Final = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
_TEMPLATES: Final = (
    '42/viewer,7["join",{"location":"our-house"}]',
    '42/viewer,8["viewer_command",{"command_id":"command-1","device_id":"tree","action":{"type":"turn_on"}}]',
    '42/location,9["hello",{"protocol_version":1,"min_protocol_version":1}]',
    '42/location,3["catalog",{"revision":1,"devices":[],"sharing":{"mode":"open"}}]',
    '43/viewer,1[{"ok":true}]',
    '40/location,{"token":"x"}',
    '451-/viewer,["join",{"_placeholder":true,"num":0}]',
    "2probe",
)
_CLOSE: Final = b"\x88\x80\0\0\0\0"
_TEXT: Final = 0x81
_BINARY: Final = 0x82


class Attack:
    """Counts what was sent."""

    def __init__(self, host: str, *, frames: int, seconds: float) -> None:
        self.host, port = host.rsplit(":", 1)
        self.port = int(port)
        self.sent = 0
        self._frames = frames
        self._ends = time.monotonic() + seconds
        self._random = random.Random(4)  # noqa: S311 - reproducible on purpose

    async def run(self) -> None:
        """Attack with several connections at once until enough was sent or the time is over."""
        async with asyncio.TaskGroup() as group:
            for _ in range(ATTACKERS):
                group.create_task(self._attacker())

    async def _attacker(self) -> None:
        while self.sent < self._frames and time.monotonic() < self._ends:
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                async with asyncio.timeout(30):
                    await self._connection()

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(_UPGRADE % f"{self.host}:{self.port}".encode())
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_frame(_TEXT, b"40/viewer,"))
            batch = [self._malformed() for _ in range(PER_CONNECTION)]
            writer.write(b"".join(batch) + _CLOSE)
            await writer.drain()
            # The server ends a connection after thirty bad frames; those that it did not read count as not sent.
            self.sent += 30
            if self.sent % 3000 == 0:
                progress(min(self.sent, self._frames), self._frames, "frames")
            while await reader.read(65536):
                pass
        finally:
            writer.close()

    def _malformed(self) -> bytes:
        choice = self._random
        kind = choice.random()
        if kind < 0.1:  # noqa: PLR2004 - a tenth is noise
            return _frame(_BINARY, choice.randbytes(choice.randrange(40)))
        text = bytearray(choice.choice(_TEMPLATES).encode())
        for _ in range(choice.randrange(1, 6)):
            at = choice.randrange(len(text))
            mutation = choice.randrange(4)
            if mutation == 0:
                text[at] = choice.randrange(32, 127)
            elif mutation == 1:
                del text[at:]
            elif mutation == 2:  # noqa: PLR2004 - one of four
                text[at:at] = b'[{"' * choice.randrange(1, 400)
            else:
                text[at:at] = "ż\u2028\ufffd".encode()
            text = text or bytearray(b"4")
        return _frame(_TEXT, bytes(text))


def _frame(opcode: int, payload: bytes) -> bytes:
    """Return a WebSocket frame whose mask changes nothing."""
    if len(payload) < 126:  # noqa: PLR2004 - the format's short form
        return bytes([opcode, 0x80 | len(payload)]) + b"\0\0\0\0" + payload
    return bytes([opcode, 0x80 | 126]) + len(payload).to_bytes(2) + b"\0\0\0\0" + payload


def _rss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProgramFailed("the server has ended")


async def _measure(options: argparse.Namespace) -> dict[str, Any]:
    async with AsyncExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
        token = await _add_location(folder)
        log = cleanup.enter_context((folder / "log").open("wb"))
        server, url = await _start(folder, log)
        cleanup.push_async_callback(_stop, server)
        house = await cleanup.enter_async_context(FakeLocation(url, await _pair(url, token)))
        others: list[Any] = [house]
        others += [await cleanup.enter_async_context(FakeViewer(url, "our-house")) for _ in range(BYSTANDERS)]
        host = url.removeprefix("http://")
        await Attack(host, frames=int(options.frames * WARM_UP), seconds=options.seconds * WARM_UP).run()
        before = _rss_mb(server.pid)
        attack = Attack(host, frames=options.frames, seconds=options.seconds)
        await attack.run()
        alive = server.returncode is None
        growth = _rss_mb(server.pid) - before if alive else 0.0
        answer = await others[1].command("tree", "turn_on") if alive else {"ok": False}
        text = (folder / "log").read_text(errors="replace")
        if "Traceback" in text or not answer["ok"]:
            print(answer, text[-4000:], sep="\n", file=sys.stderr)
        return {
            "frames": attack.sent,
            "crashes": text.count("Traceback") + (not alive) + (not answer["ok"]),
            "others_disconnected": sum(one.disconnected for one in others),
            "rss_growth_mb": round(growth, 1),
        }


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT / "server"),
        "SMARTPIXELS_PORT": "0",
        "SMARTPIXELS_DATABASE_URL": f"sqlite:///{folder}/smartpixels.db",
    }


async def _add_location(folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "smartpixels_server", "location", "add", "Our house", "--json"),
        env=_environment(folder),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return str(json.loads(out)["code"])


async def _pair(url: str, code: str) -> str:
    async with aiohttp.ClientSession(url) as http, http.post("/api/v1/pair", json={"code": code}) as response:
        return str((await response.json())["token"])


async def _start(folder: Path, log: Any) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "smartpixels_server", "serve"),
        env=_environment(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )
    if process.stdout is None:
        raise ProgramFailed("the server says nothing")
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    if not line:
        raise ProgramFailed("the server does not start")
    return process, str(json.loads(line)["url"])


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        await process.wait()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's own options."""
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"how many (default: {FRAMES})")
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"at most this long (default: {SECONDS})")


def main(options: argparse.Namespace) -> None:
    """Run the benchmark."""
    figures = asyncio.run(_measure(options))
    table("malformed frames", {"server": figures})
    if options.json:
        json_line(figures)
