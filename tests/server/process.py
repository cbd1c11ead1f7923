"""The server as a process, as an operator runs it."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

from smartpixels_server.clock import SystemClock
from smartpixels_server.locations.service import LocationService
from smartpixels_server.locations.sql_store import SqlLocationStore
from smartpixels_server.storage.database import Database

_SOURCE = Path(__file__).parents[2] / "server"


class ServerProcess:
    """`serve` on a free port, with its data in `folder`; `locations` works on the same database from here.

    `settings` are environment variables besides.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.url = ""
        self.log = ""
        self.settings = settings
        self._folder = folder

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "smartpixels_server", "serve"),
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(_SOURCE), "SMARTPIXELS_PORT": "0", **self.settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.url = json.loads(await asyncio.wait_for(self._process.stdout.readline(), 30))["url"]
        self._database = await asyncio.to_thread(Database, f"sqlite:///{self._folder}/smartpixels.db")
        self.locations = LocationService(SqlLocationStore(self._database), SystemClock())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop(signal.SIGTERM)
        await self._database.close()

    async def stop(self, number: signal.Signals) -> int:
        """Send the signal; return the exit code once the process is gone."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        _, err = await asyncio.wait_for(self._process.communicate(), 10)
        self.log += err.decode()
        return self._process.returncode or 0
