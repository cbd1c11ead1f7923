"""Pairing codes become tokens, once."""

from datetime import timedelta

import aiohttp
import pytest

from smartpixels_server.clock import Clock
from smartpixels_server.locations.model import PAIRING_TIME
from tests.fakes.clock import FakeClock
from tests.server.running import Running


@pytest.fixture
def clock(fake_clock: FakeClock) -> Clock:
    return fake_clock


async def _pair(http: aiohttp.ClientSession, body: object) -> tuple[int, dict[str, object]]:
    async with http.post("/api/v1/pair", json=body) as response:
        return response.status, await response.json()


async def _code(server: Running) -> str:
    location = await server.locations.create("Our house")
    return await server.locations.new_pairing_code(location.location_id)


async def test_a_code_becomes_a_token_that_links(server: Running, http: aiohttp.ClientSession) -> None:
    status, answer = await _pair(http, {"code": await _code(server)})
    assert status == 200
    assert answer.keys() == {"ok", "token", "location_id", "slug", "name"}
    assert answer["slug"] == "our-house"
    await server.link(str(answer["token"]))


@pytest.mark.parametrize(
    "spell", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code[:2]} {code[2:]} "]
)
async def test_a_code_may_be_spelled_loosely(server: Running, http: aiohttp.ClientSession, spell: object) -> None:
    status, _ = await _pair(http, {"code": spell(await _code(server))})  # type: ignore[operator]
    assert status == 200


async def test_a_code_works_once(server: Running, http: aiohttp.ClientSession) -> None:
    code = await _code(server)
    await _pair(http, {"code": code})
    status, answer = await _pair(http, {"code": code})
    assert (status, answer["error"]["code"]) == (403, "invalid_code")  # type: ignore[index]


async def test_a_new_code_ends_the_earlier_one(server: Running, http: aiohttp.ClientSession) -> None:
    location = await server.locations.create("Our house")
    earlier = await server.locations.new_pairing_code(location.location_id)
    later = await server.locations.new_pairing_code(location.location_id)
    assert (await _pair(http, {"code": earlier}))[0] == 403
    assert (await _pair(http, {"code": later}))[0] == 200


async def test_a_code_expires(server: Running, http: aiohttp.ClientSession, fake_clock: FakeClock) -> None:
    code = await _code(server)
    await fake_clock.advance((PAIRING_TIME + timedelta(seconds=1)).total_seconds())
    status, answer = await _pair(http, {"code": code})
    assert (status, answer["error"]["code"]) == (403, "expired_code")  # type: ignore[index]


@pytest.mark.parametrize("body", [{}, [], {"code": 17}, {"code": ""}, {"code": "x" * 100}, None])
async def test_a_malformed_request_is_refused(http: aiohttp.ClientSession, body: object) -> None:
    status, answer = await _pair(http, body)
    assert (status, answer["error"]["code"]) == (400, "malformed")  # type: ignore[index]


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"code":"\\ud800"}', b"[" * 10_000])
async def test_what_is_not_json_is_malformed(http: aiohttp.ClientSession, body: bytes) -> None:
    async with http.post("/api/v1/pair", data=body) as response:
        assert response.status == 400


async def test_a_large_request_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.post("/api/v1/pair", data=b" " * 100_000) as response:
        assert response.status == 413
        assert (await response.json())["error"]["code"] == "too_large"


async def test_another_method_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.get("/api/v1/pair") as response:
        assert response.status == 405
        assert (await response.json())["ok"] is False


async def test_guessing_is_slowed_down(http: aiohttp.ClientSession, fake_clock: FakeClock) -> None:
    guesses = [await _pair(http, {"code": "AAAA-AAAA"}) for _ in range(11)]
    assert [status for status, _ in guesses] == [403] * 10 + [429]
    retry_after_ms = guesses[-1][1]["error"]["retry_after_ms"]  # type: ignore[index]
    assert retry_after_ms == 6000
    await fake_clock.advance(6)
    assert (await _pair(http, {"code": "AAAA-AAAA"}))[0] == 403
