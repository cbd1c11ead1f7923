"""The nginx configuration of `deploy`, on a real nginx in front of two real server processes."""

import asyncio
import re
import signal
import urllib.request
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.location import FakeLocation
from tests.fakes.programs import Program, free_port, needed
from tests.fakes.viewer import FakeViewer
from tests.server.process import ServerProcess
from tests.server.running import until

CONFIGURATION = Path(__file__).parents[2] / "deploy/nginx/smartpixels.conf"
MAIN = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/smartpixels.conf;
}}
"""


@dataclass(kw_only=True)
class Site:
    url: str
    servers: list[ServerProcess]


def _nginx(folder: Path, servers: list[ServerProcess]) -> Program:
    port = free_port()
    text = CONFIGURATION.read_text()
    addresses = [server.url.removeprefix("http://") for server in servers]
    replacements = [
        ("server server-1:8080", f"server {addresses[0]}"),
        ("server server-2:8080", f"server {addresses[1]}"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/var/cache/nginx/smartpixels", f"{folder}/cache"),
    ]
    for there, here in replacements:
        assert text.count(there) == 1
        text = text.replace(there, here)
    (folder / "smartpixels.conf").write_text(text)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    arguments = [needed("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", f"{folder}/error.log"]

    def probe() -> None:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()

    return Program(arguments, folder=folder, port=port, probe=probe)


@pytest.fixture
async def site(tmp_path: Path, redis_program: Program) -> AsyncGenerator[Site]:
    settings = {
        "SMARTPIXELS_REDIS_URL": f"redis://127.0.0.1:{redis_program.port}/0?prefix=nginx",
        "SMARTPIXELS_SECRET": "a secret for tests only",
        "SMARTPIXELS_TRUSTED_PROXIES": "127.0.0.1/32",
    }
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(ServerProcess(tmp_path, **settings)) for _ in range(2)]
        folder = tmp_path / "nginx"
        folder.mkdir()
        nginx = _nginx(folder, servers)
        stack.push_async_callback(asyncio.to_thread, nginx.stop)
        await asyncio.to_thread(nginx.start)
        yield Site(url=f"http://127.0.0.1:{nginx.port}", servers=servers)


async def _token(site: Site) -> str:
    locations = site.servers[0].locations
    location = await locations.create("Our house")
    return (await locations.pair(await locations.new_pairing_code(location.location_id))).token


async def test_a_house_and_its_people_meet_through_nginx(site: Site) -> None:
    async with FakeLocation(site.url, await _token(site)) as house, AsyncExitStack() as people:
        viewers = [await people.enter_async_context(FakeViewer(site.url, "our-house")) for _ in range(4)]
        assert (await viewers[0].command("tree", "set_color", rgb=[1, 2, 3]))["ok"]
        await until(lambda: all(one.states["tree"].get("rgb") == [1, 2, 3] for one in viewers), seconds=20)
        assert len(house.commands) == 1
        connected = [await _connections(server.url) for server in site.servers]
        assert sum(connected) == len(viewers)
        assert all(connected), "both processes serve people"


async def test_when_one_process_dies_the_other_serves(site: Site) -> None:
    token = await _token(site)
    await site.servers[1].stop(signal.SIGKILL)
    async with aiohttp.ClientSession(site.url) as http:
        for _ in range(6):
            async with http.get("/l/our-house") as response:
                assert response.status == 200
    async with FakeLocation(site.url, token), FakeViewer(site.url, "our-house") as viewer:
        assert (await viewer.command("tree", "turn_on"))["ok"]


async def test_pages_headers_and_static_files(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as http:
        async with http.get("/") as response:
            html = await response.text()
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
            assert "Server" not in response.headers or "/" not in response.headers["Server"]
        css = re.search(r'href="(/static/site\.\w+\.css)"', html)
        assert css
        caches = []
        for _ in range(3):
            async with http.get(css[1]) as response:
                assert response.status == 200
                assert "immutable" in response.headers["Cache-Control"]
                caches.append(response.headers["X-Cache"])
        assert caches[-1] == "HIT"


async def test_what_is_not_for_visitors(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as http:
        assert (await http.get("/metrics")).status == 404
        async with http.post("/api/v1/pair", data=b"x" * 70_000) as response:
            assert response.status == 413


async def _connections(url: str) -> int:
    async with aiohttp.ClientSession(url) as http, http.get("/metrics") as response:
        found = re.search(r'smartpixels_connections{namespace="/viewer"} (\d+)', await response.text())
        return int(found[1]) if found else 0
