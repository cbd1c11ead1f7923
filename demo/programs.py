"""Programs as children: started, listened to, and certainly stopped."""

import asyncio
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, TextIO

ROOT: Final = Path(__file__).resolve().parent.parent
STOP_SECONDS: Final = 15
"""How long a program may take after SIGTERM before it is killed."""

_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None)
_COLORS: Final = {"house": 33, "server": 36, "hass": 35, "demo": 32}


class ProgramFailed(Exception):
    """A program ended or stayed silent before it was ready."""


class Log:
    """One readable log of several programs: a short name in front of each line, in color on a terminal."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out = out
        self._colored = out.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, text: str) -> None:
        """Write one line for the program `name`."""
        label = f"{name:>6} |"
        if self._colored:
            label = f"\x1b[{_COLORS.get(name, 37)}m{label}\x1b[0m"
        print(label, text, file=self._out, flush=True)


def free_port(preferred: int, *, host: str = "127.0.0.1") -> int:
    """Return `preferred` if nothing listens there, else any free port."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ProgramFailed(f"no free port on {host}")


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Program:
    """A Python module of this checkout, run as a child in a process group of its own."""

    def __init__(
        self, name: str, arguments: Sequence[str], *, log: Log, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._arguments = arguments
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._ready: asyncio.Future[dict[str, Any] | None]
        self._readers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start it, also again after it was stopped or killed."""
        self._ready = asyncio.get_running_loop().create_future()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *self._arguments,
            cwd=ROOT,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self._readers = [asyncio.create_task(self._read_output()), asyncio.create_task(self._read_errors())]

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The child; raises ProgramFailed when it was never started."""
        if self._process is None:
            raise ProgramFailed(f"{self.name} was not started")
        return self._process

    @property
    def running(self) -> bool:
        """Whether the program has not ended."""
        return self.process.returncode is None

    async def ended(self) -> int:
        """Wait for the program's end and return its exit code."""
        return await self.process.wait()

    async def ready(self, *, seconds: float) -> dict[str, Any]:
        """Return the JSON object of the line in which the program said that it is ready.

        Raises ProgramFailed when it ends before or stays silent for `seconds`.
        """
        try:
            answer = await asyncio.wait_for(asyncio.shield(self._ready), seconds)
        except TimeoutError:
            raise ProgramFailed(f"{self.name} was not ready within {seconds:.0f} s") from None
        if answer is None:
            code = await self.ended()
            raise ProgramFailed(f"{self.name} ended with code {code} before it was ready (see its lines above)")
        return answer

    async def stop(self) -> None:
        """End the program and everything it started: politely, then firmly. Harmless when it has ended."""
        if self.running:
            self._signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.ended(), STOP_SECONDS)
            except TimeoutError:
                self._log.line(self.name, f"still running {STOP_SECONDS} s after it was asked to stop")
        await self.kill()

    async def kill(self) -> None:
        """Pull the plug: no warning, no clean-up."""
        self._signal(signal.SIGKILL)
        await self.ended()
        await asyncio.gather(*self._readers)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    async def _read_output(self) -> None:
        async for text in _lines(self.process.stdout):
            if text.startswith('{"ready"') and not self._ready.done():
                self._ready.set_result(json.loads(text))
            else:
                self._log.line(self.name, text)
        if not self._ready.done():
            self._ready.set_result(None)

    async def _read_errors(self) -> None:
        async for text in _lines(self.process.stderr):
            self._log.line(self.name, text)


async def _lines(stream: asyncio.StreamReader | None) -> AsyncIterator[str]:
    while stream is not None and (line := await stream.readline()):
        yield line.decode(errors="replace").rstrip()


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[Program]:
    """Run a program until the block is left."""
    await program.start()
    try:
        yield program
    finally:
        await asyncio.shield(program.stop())


async def output_of(arguments: Sequence[str], *, environment: Mapping[str, str], typed: str = "") -> str:
    """Run a Python module to its end and return what it printed; raises ProgramFailed when it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(typed.encode())
    if process.returncode:
        raise ProgramFailed(f"{' '.join(arguments)} failed: {err.decode().strip()}")
    return out.decode()
