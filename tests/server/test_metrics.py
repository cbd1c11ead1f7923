"""What Prometheus reads."""

import re
from dataclasses import replace

import aiohttp
import pytest

from smartpixels_server.settings import Settings
from tests.server.running import Running, serving, until


async def _read(http: aiohttp.ClientSession) -> dict[str, float]:
    async with http.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        found = re.findall(r"^(smartpixels_\S+(?:\{.*\})?) (\S+)$", await response.text(), re.MULTILINE)
        return {name: float(value) for name, value in found}


async def test_a_click_shows_in_the_numbers(server: Running, http: aiohttp.ClientSession) -> None:
    location, token = await server.new_location()
    await server.link(token)
    viewer = await server.view()
    await viewer.command("tree", "turn_on")
    await viewer.command("tree", "press")
    await until(lambda: viewer.received["viewer_state"])

    numbers = await _read(http)

    assert numbers['smartpixels_connections{namespace="/viewer"}'] == 1
    assert numbers['smartpixels_connections{namespace="/location"}'] == 1
    assert numbers['smartpixels_commands_total{result="done"}'] == 1
    assert numbers['smartpixels_commands_total{result="not_allowed"}'] == 1
    assert numbers["smartpixels_fanout_deliveries_total"] >= 2
    assert numbers["smartpixels_fanout_passes_total"] >= 1
    assert numbers[f'smartpixels_link_seconds_count{{location="{location.location_id}"}}'] == 1
    assert numbers[f'smartpixels_viewers{{location="{location.location_id}"}}'] == 1
    assert numbers["smartpixels_database_seconds_count"] > 0


async def test_requests_are_counted_by_route_not_by_path(server: Running, http: aiohttp.ClientSession) -> None:
    for path in ("/l/nowhere", "/l/elsewhere", "/nothing/at/all"):
        await http.get(path)
    numbers = await _read(http)
    assert numbers['smartpixels_http_requests_total{route="/l/{slug}",status="404"}'] == 2
    assert numbers['smartpixels_http_requests_total{route="none",status="404"}'] == 1


async def test_two_applications_count_apart(settings: Settings, server: Running, http: aiohttp.ClientSession) -> None:
    await http.get("/healthz")
    async with serving(settings, server.clock) as other, aiohttp.ClientSession(other.url) as http_of_other:
        assert 'smartpixels_http_requests_total{route="/healthz",status="200"}' not in await _read(http_of_other)


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For"])
async def test_not_through_a_proxy(http: aiohttp.ClientSession, header: str) -> None:
    async with http.get("/metrics", headers={header: "127.0.0.1"}) as response:
        assert response.status == 401


async def test_with_a_token_only(settings: Settings, server: Running) -> None:
    with_token = replace(settings, metrics_token="numbers for the prometheus")
    async with serving(with_token, server.clock) as running, aiohttp.ClientSession(running.url) as http:
        assert (await http.get("/metrics")).status == 401
        assert (await http.get("/metrics", headers={"Authorization": "Bearer ż"})).status == 401
        header = {"Authorization": "Bearer numbers for the prometheus", "X-Forwarded-For": "192.0.2.1"}
        assert (await http.get("/metrics", headers=header)).status == 200
