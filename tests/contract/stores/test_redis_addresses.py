"""Redis over TLS, behind a password, and found by a Sentinel."""

import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
import redis

from smartpixels_server.clock import SystemClock
from smartpixels_server.metrics import Metrics
from smartpixels_server.storage.redis import redis_address
from smartpixels_server.storage.redis_bus import RedisBus
from tests.fakes.programs import Program, free_port, needed, redis_server
from tests.waiting import wait_until


async def _works(url: str, *, ca_file: Path | None = None) -> bool:
    bus = RedisBus(redis_address(url, ca_file=None if ca_file is None else str(ca_file)), SystemClock(), Metrics())
    await bus.start()
    try:
        return bus.is_healthy()
    finally:
        await bus.stop()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "127.0.0.1:6379",
        "http://127.0.0.1",
        "redis://",
        "redis://host/x",
        "redis+sentinel://host1,host2",
        "redis+sentinel://host1,host2/service/x",
        "redis+sentinel://host1:x/service",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
        redis_address(text)


def test_parts_of_a_sentinel_address() -> None:
    address = redis_address("redis+sentinel://:secret@a,b:7/service/3?prefix=x")
    assert address.sentinels == (("a", 26379), ("b", 7))
    assert (address.service, address.prefix) == ("service", "x")


async def test_a_password(tmp_path: Path) -> None:
    with redis_server(tmp_path) as program:
        with redis.Redis(port=program.port) as client:
            client.config_set("requirepass", "ż secret")
        assert await _works(f"redis://:%C5%BC%20secret@127.0.0.1:{program.port}/2")
        assert not await _works(f"redis://:wrong@127.0.0.1:{program.port}/2")
        with redis.Redis(port=program.port, password="ż secret") as client:
            client.config_set("requirepass", "")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    command = [
        needed("openssl"),
        *["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)  # noqa: S603
    return tmp_path / "cert.pem"


async def test_tls(tmp_path: Path, certificate: Path) -> None:
    port = free_port()
    tls = ["--tls-port", str(port), "--tls-cert-file", str(certificate), "--tls-key-file", str(tmp_path / "key.pem")]
    with redis_server(tmp_path, *tls, "--tls-ca-cert-file", str(certificate), "--tls-auth-clients", "no"):
        assert await _works(f"rediss://127.0.0.1:{port}/0", ca_file=certificate)
        assert not await _works(f"rediss://127.0.0.1:{port}/0"), "an unknown authority is not trusted"


@pytest.fixture
def sentinel(tmp_path: Path) -> Generator[tuple[Program, Program]]:
    """A Redis and the sentinel that knows it."""
    (tmp_path / "redis").mkdir()
    with redis_server(tmp_path / "redis") as master:
        config = tmp_path / "sentinel.conf"
        config.write_text(f"sentinel monitor lights 127.0.0.1 {master.port} 1\n")
        with redis_server(tmp_path, config=config, sentinel=True) as program:
            yield master, program


async def test_a_sentinel_tells_where_it_is(sentinel: tuple[Program, Program]) -> None:
    port = sentinel[1].port

    async def works() -> bool:
        return await _works(f"redis+sentinel://127.0.0.1:{port}/lights/1")

    await wait_until(works)
    assert not await _works(f"redis+sentinel://127.0.0.1:{port}/unknown")
