"""Secrets stay out of the log, whatever goes right or wrong, at the most talkative level."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from smartpixels_server.api.model import Scope
from smartpixels_server.api.service import ApiKeyService
from smartpixels_server.api.sql_store import SqlApiKeyStore
from smartpixels_server.clock import SystemClock
from smartpixels_server.storage.database import Database
from tests.fakes.location import FakeLocation
from tests.fakes.raw import RawPeer
from tests.fakes.viewer import FakeViewer
from tests.server.process import ServerProcess

SIGNING = "planted-signing-secret-0001"
NUMBERS = "planted-metrics-token-0002"
GUESSED = "sp_planted-guess-0003"
WRONG_TOKEN = "planted-location-token-0004"
FORGED = "1.AAAAAAAAAAAAAAAAAAAAAA.en.planted-cookie-0005AAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_planted_secrets_never_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_format: str) -> None:
    monkeypatch.setenv("SMARTPIXELS_LOG_LEVEL", "debug")
    monkeypatch.setenv("SMARTPIXELS_LOG_FORMAT", log_format)
    monkeypatch.setenv("SMARTPIXELS_SECRET", SIGNING)
    monkeypatch.setenv("SMARTPIXELS_METRICS_TOKEN", NUMBERS)
    async with ServerProcess(tmp_path) as server, aiohttp.ClientSession(server.url) as http:
        location = await server.locations.create("Our house")
        code = await server.locations.new_pairing_code(location.location_id)
        token = await _pair(http, code)
        secret = await _key(tmp_path)
        cookie = await _use(server.url, http, token, secret)
    for planted in (SIGNING, NUMBERS, GUESSED, WRONG_TOKEN, "planted", code, token, secret, cookie):
        assert planted not in server.log
    assert "127.0.0.1" not in server.log.replace(server.url, "")


async def _pair(http: aiohttp.ClientSession, code: str) -> str:
    async with http.post("/api/v1/pair", json={"code": code}) as response:
        return str((await response.json())["token"])


async def _key(folder: Path) -> str:
    database = await asyncio.to_thread(Database, f"sqlite:///{folder}/smartpixels.db")
    try:
        keys = ApiKeyService(SqlApiKeyStore(database), SystemClock())
        return (await keys.create("Somebody", Scope)).secret
    finally:
        await database.close()


async def _use(url: str, http: aiohttp.ClientSession, token: str, secret: str) -> str:
    """Use every secret rightly and wrongly; return the cookie that a viewer got."""
    for value in (secret, GUESSED):
        await http.get("/api/v1/locations", headers={"Authorization": f"Bearer {value}"})
        await http.get(f"/api/v1/{value}")
    await http.post("/api/v1/pair", json={"code": "planted!"})
    await http.get("/metrics", headers={"Authorization": f"Bearer {NUMBERS}"})
    await http.get("/metrics", headers={"Authorization": f"Bearer {GUESSED}"})
    hook: dict[str, Any] = {"url": "https://planted.invalid/hook?key=planted", "events": ["command.done"]}
    await http.post("/api/v1/webhooks", json=hook, headers={"Authorization": f"Bearer {secret}"})
    async with http.get("/l/our-house") as response:
        cookie = response.cookies["smartpixels_viewer"].value
    async with (
        FakeLocation(url, token) as house,
        FakeViewer(url, "our-house", cookie=cookie) as viewer,
        FakeViewer(url, "our-house", cookie=FORGED),
    ):
        await viewer.command("tree", "turn_on")
        house.answer = _broken
        await viewer.command("star", "turn_on")
    with suppress(AssertionError):
        async with RawPeer.connect(url, "/location", auth={"token": WRONG_TOKEN}):
            pytest.fail("a wrong token was let in")
    return str(cookie)


async def _broken(_command: dict[str, Any]) -> dict[str, Any]:
    return {"ok": "planted"}
