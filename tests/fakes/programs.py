"""Real programs from the distribution, started privately: own folder, free loopback port, gone with the test run."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pymysql
import redis

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 20


class Program:
    """A program that can be killed, paused and started again on the same port with the same data."""

    def __init__(self, arguments: list[str], *, folder: Path, port: int, probe: Callable[[], object]) -> None:
        self.port = port
        self._arguments = arguments
        self._log = folder / "log"
        self._probe = probe
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._arguments, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._probe()
            except OSError, pymysql.Error, redis.RedisError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{self._arguments[0]} did not start:\n{self._log.read_text()}") from None
                time.sleep(0.05)
            else:
                return

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def needed(*names: str) -> str:
    """Return the path of a program by any of its names; fail when there is none."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise RuntimeError(f"{names[0]} is missing; scripts/test brings it")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def mariadb(folder: Path) -> Generator[Program]:
    """Run MariaDB; `root` has no password, and only this machine can reach it."""
    user = ["--user=root"] if os.geteuid() == 0 else []
    common = ["--no-defaults", f"--datadir={folder}/data", *user]
    install = [needed("mariadb-install-db", "mysql_install_db"), *common]
    options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    subprocess.run([*install, *options], check=True, capture_output=True)  # noqa: S603
    port = free_port()
    server = [
        *(needed("mariadbd", "mysqld"), *common),
        *(f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/socket", f"--pid-file={folder}/pid"),
        *("--skip-log-bin", "--performance-schema=off", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M"),
        *("--innodb-flush-log-at-trx-commit=2", "--skip-name-resolve", "--max-connections=200"),
    ]

    def probe() -> None:
        pymysql.connect(host="127.0.0.1", port=port, user="root", connect_timeout=5).close()

    with _running(Program(server, folder=folder, port=port, probe=probe)) as program:
        yield program


def new_mariadb_database(program: Program, name: str) -> str:
    """Make an empty database; return its address."""
    with pymysql.connect(host="127.0.0.1", port=program.port, user="root") as connection:
        connection.cursor().execute(f"CREATE DATABASE `{name}`")
    return f"mysql+pymysql://root@127.0.0.1:{program.port}/{name}"


@contextmanager
def redis_server(folder: Path, *options: str, config: Path | None = None, sentinel: bool = False) -> Generator[Program]:
    """Run Redis, without files unless the options say so; or a sentinel, with its file of configuration."""
    port = free_port()
    server = [needed("redis-server", "valkey-server"), *([str(config)] if config else [])]
    server += ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    server += ["--sentinel"] if sentinel else ["--save", "", "--appendonly", "no"]

    def probe() -> None:
        with redis.Redis(port=port, socket_timeout=5) as client:
            client.ping()

    with _running(Program([*server, *options], folder=folder, port=port, probe=probe)) as program:
        yield program


@contextmanager
def _running(program: Program) -> Generator[Program]:
    try:
        program.start()
        yield program
    finally:
        program.stop()
