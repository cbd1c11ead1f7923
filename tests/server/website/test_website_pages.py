"""What the website answers, as a visitor without JavaScript gets it."""

import asyncio
import base64
import gzip
import hashlib
import json
import re
import sqlite3
from dataclasses import replace
from html import unescape

import aiohttp
import pytest

from smartpixels_server.clock import SystemClock
from smartpixels_server.settings import Settings
from tests.fakes.location import LAMP
from tests.server.running import Running, serving, until

POLISH = {"Accept-Language": "de;q=0.9, pl-PL;q=0.8, en;q=0.3"}
HOSTILE = "</script><script>alert(1)</script>"


async def _page(http: aiohttp.ClientSession, path: str, **options: object) -> str:
    async with http.get(path, **options) as response:  # type: ignore[arg-type]
        assert response.status == 200
        return await response.text()


def _text(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)))


def _data(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


async def test_home_without_places(http: aiohttp.ClientSession) -> None:
    assert "No place has joined yet" in await _page(http, "/")


async def test_home_shows_places_with_their_live_state(server: Running, http: aiohttp.ClientSession) -> None:
    await server.new_location("Empty house")
    _, token = await server.new_location()
    await server.link(token)
    text = _text(await _page(http, "/"))
    assert "Our house 2 lamps · 0 watching Free play" in text
    assert re.search(r"Empty house .* Offline since \d\d:\d\d UTC", text)
    assert text.index("Our house") < text.index("Empty house"), "live places come first"


async def test_location_is_complete_without_javascript(server: Running, http: aiohttp.ClientSession) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    await house.report("tree", on=True, rgb=[255, 0, 0], brightness=128)
    await server.view()
    page = await _page(http, "/l/our-house")
    text = _text(page)
    assert "Tree red, 50%" in text
    assert "Star off" in text
    assert "Free play" in text
    assert "0 playing, 1 watching" in text
    assert 'fill="rgb(255,0,0)"' in page
    assert "allow JavaScript" in text


async def test_location_in_polish(server: Running, http: aiohttp.ClientSession) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    await house.report("tree", on=True, effect="Rainbow")
    await house.share(mode="paused")
    page = await _page(http, "/l/our-house", headers=POLISH)
    assert '<html lang="pl">' in page
    text = _text(page)
    assert "Choinka Tęcza" in text
    assert "Wstrzymane przez właściciela" in text
    assert "0 osób gra, 0 ogląda" in text


@pytest.mark.parametrize(
    ("sharing", "said"),
    [
        ({"mode": "view_only"}, "View only"),
        ({"mode": "closed"}, "Closed"),
        ({"mode": "closed", "next_change": "2026-12-06T16:05:00+01:00"}, "Opens at 15:05 UTC"),
        ({"mode": "open", "next_change": "2026-12-06T22:00:00Z"}, "Free play until 22:00 UTC"),
    ],
)
async def test_sharing_in_words(
    server: Running, http: aiohttp.ClientSession, sharing: dict[str, str], said: str
) -> None:
    _, token = await server.new_location()
    await (await server.link(token)).share(**sharing)
    assert said in _text(await _page(http, "/l/our-house"))


async def test_house_that_is_gone(server: Running, http: aiohttp.ClientSession) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    await house.close()
    await until(lambda: any(not state["link"]["online"] for state in viewer.received["location_state"]))
    text = _text(await _page(http, "/l/our-house"))
    assert "Offline since" in text
    assert "Tree last known: off" in text


async def test_language_is_asked_for_kept_and_guessed(http: aiohttp.ClientSession) -> None:
    assert 'lang="en"' in await _page(http, "/", headers={"Accept-Language": "fr, de;q=nonsense, pl;q=0"})
    assert '<html lang="pl">' in await _page(http, "/?lang=pl")
    assert '<html lang="pl">' in await _page(http, "/"), "kept by the cookie"
    assert '<html lang="pl">' in await _page(http, "/?lang=xx"), "an unknown language changes nothing"
    assert '<html lang="en">' in await _page(http, "/?lang=en", headers=POLISH)


async def test_viewer_is_known_again(server: Running, http: aiohttp.ClientSession) -> None:
    await server.new_location()
    first = _data(await _page(http, "/l/our-house"))["snapshot"]
    again = _data(await _page(http, "/l/our-house"))["snapshot"]
    assert isinstance(first, dict)
    assert isinstance(again, dict)
    assert first["viewer"] == again["viewer"]


async def test_forged_viewer_is_somebody_new(server: Running) -> None:
    await server.new_location()
    forged = "1.forged.en.x"
    async with aiohttp.request("GET", f"{server.url}/l/our-house", cookies={"smartpixels_viewer": forged}) as response:
        assert response.cookies["smartpixels_viewer"].value != forged


async def test_viewer_cookie(server: Running, http: aiohttp.ClientSession) -> None:
    await server.new_location()
    async with http.get("/l/our-house") as response:
        cookie = response.cookies["smartpixels_viewer"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]
    assert int(cookie["max-age"]) > 365 * 24 * 3600


async def test_viewer_cookie_is_secure_behind_https(settings: Settings) -> None:
    async with serving(replace(settings, public_url="https://lights.example"), SystemClock()) as server:
        await server.new_location()
        async with aiohttp.ClientSession(server.url) as http, http.get("/l/our-house") as response:
            assert response.cookies["smartpixels_viewer"]["secure"]
            assert f"wss://127.0.0.1:{http._base_url.port}" in response.headers["Content-Security-Policy"]  # type: ignore[union-attr]


async def test_names_are_text_never_markup(server: Running, http: aiohttp.ClientSession) -> None:
    _, token = await server.new_location("<script>alert(1)</script>")
    await server.link(token, devices=[{**LAMP, "name": {"en": HOSTILE}}])
    for path in ("/", "/l/script-alert-1-script"):
        page = await _page(http, path)
        assert "<script>alert" not in page
        assert "<script>alert(1)</script>" in _text(page.replace("</script>", "</script >"))
    snapshot = _data(page)["snapshot"]
    assert isinstance(snapshot, dict)
    assert snapshot["devices"][0]["name"]["en"] == HOSTILE


async def test_page_may_run_only_its_own_scripts(server: Running, http: aiohttp.ClientSession) -> None:
    await server.new_location()
    async with http.get("/l/our-house") as response:
        policy = response.headers["Content-Security-Policy"]
        page = await response.text()
    found = re.search(r'<script type="importmap">(.*?)</script>', page)
    assert found
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page), "neither styles nor handlers in attributes"


@pytest.mark.parametrize("path", ["/nothing", "/l/nothing", "/l/NO%20SLUG", "/pair/short", "/pair/K7QF-93X%C3%9F"])
async def test_unknown_addresses_get_a_page(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path, headers=POLISH) as response:
        assert response.status == 404
        assert "Tu nie ma żadnego światła" in await response.text()
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_our_mistakes_get_a_page(server: Running, http: aiohttp.ClientSession) -> None:
    def break_database() -> None:
        with sqlite3.connect(server.settings.database_url.removeprefix("sqlite:///")) as database:
            database.execute("ALTER TABLE locations RENAME TO lost")

    await asyncio.to_thread(break_database)
    async with http.get("/") as response:
        assert response.status == 500
        assert "A fuse has blown" in await response.text()


async def test_pairing_page_says_what_to_enter(server: Running, http: aiohttp.ClientSession) -> None:
    page = await _page(http, "/pair/k7qf-93xm")
    assert "K7QF-93XM" in _text(page)
    assert server.settings.public_url in _text(page)
    assert 'content="noindex"' in page
    async with http.get("/pair/K7QF-93XM/qr.svg") as response:
        assert response.content_type == "image/svg+xml"
        assert b"<svg" in await response.read()


async def test_robots_and_favicon(http: aiohttp.ClientSession) -> None:
    assert "Disallow: /pair/" in await _page(http, "/robots.txt")
    assert "<svg" in await _page(http, "/favicon.ico")


async def test_files_last_for_ever_under_their_hashed_address(http: aiohttp.ClientSession) -> None:
    found = re.search(r'href="(/static/site\.[0-9a-f]{10}\.css)"', await _page(http, "/"))
    assert found
    async with http.get(found[1]) as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Encoding"] == "gzip"
        tag = response.headers["ETag"]
    async with http.get("/static/site.css", headers={"If-None-Match": tag}) as response:
        assert response.status == 304
        assert response.headers["Cache-Control"] == "no-cache"
    async with http.get("/static/site.0123456789.css") as response:
        assert response.headers["Cache-Control"] == "no-cache", "another version's address is not kept for ever"


@pytest.mark.parametrize("path", ["nothing.css", "../pages.py", "..%2fpages.py", "%2e%2e/pages.py"])
async def test_only_files_of_the_page_are_served(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(f"/static/{path}") as response:
        assert response.status == 404


async def test_first_page_is_light(server: Running, http: aiohttp.ClientSession) -> None:
    _, token = await server.new_location()
    await server.link(token)
    page = await _page(http, "/l/our-house")
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert any("socket.io" in address for address in addresses), "all modules are named in the page"
    sizes = {"/l/our-house": len(gzip.compress(page.encode()))}
    for address in addresses:
        async with http.get(address) as response:
            sizes[address] = int(response.headers["Content-Length"])
    total = sum(sizes.values())
    print(f"first page: {total} bytes compressed in {len(sizes)} requests")  # noqa: T201 - a figure for the log
    assert total < 70 * 1024, sizes


async def test_lamps_that_come_later_are_in_the_next_page(server: Running, http: aiohttp.ClientSession) -> None:
    _, token = await server.new_location()
    house = await server.link(token, devices=[])
    assert "This place shows no lamps yet." in _text(await _page(http, "/l/our-house"))
    house.devices = [LAMP]
    await house.send_catalog(revision=2)
    viewer = await server.view()
    await until(lambda: viewer.states)
    assert 'data-lamp="tree"' in await _page(http, "/l/our-house")
