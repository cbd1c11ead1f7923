"""Webhooks: told what happens, signed, again and again until it is known; never into the server's own network."""

import asyncio
import hmac
import json
import socket
from base64 import b64decode, b64encode
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, override

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from smartpixels_server.api.model import Scope
from smartpixels_server.api.service import ApiKeyService
from smartpixels_server.api.sql_store import SqlApiKeyStore
from smartpixels_server.errors import SmartPixelsError
from smartpixels_server.settings import Settings
from smartpixels_server.webhooks import model
from smartpixels_server.webhooks.targets import Resolver, TargetRefused, check_url, is_public
from tests.server.running import Running, serving, until


class Receiver:
    """Another program's server: takes messages, or answers what a test wants."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        self.secret = ""

    async def take(self, request: web.Request) -> web.Response:
        self.messages.append((dict(request.headers), await request.text()))
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})

    def said(self) -> list[Any]:
        return [json.loads(body) for _, body in self.messages]

    def is_genuine(self, number: int) -> bool:
        headers, body = self.messages[number]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
        digest = hmac.digest(b64decode(self.secret.removeprefix("whsec_")), signed, "sha256")
        return headers["webhook-signature"] == f"v1,{b64encode(digest).decode()}"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, webhook_private_targets=True)


@pytest.fixture
async def api(server: Running, http: aiohttp.ClientSession) -> aiohttp.ClientSession:
    keys = ApiKeyService(SqlApiKeyStore(server.database), server.clock)
    secret = (await keys.create("Scoreboard", [Scope.WEBHOOK])).secret
    http.headers["Authorization"] = f"Bearer {secret}"
    return http


@pytest.fixture
async def receiver(api: aiohttp.ClientSession) -> AsyncGenerator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    app.router.add_route("*", "/elsewhere", receiver.take)
    async with TestServer(app) as target:
        events = ["location.online", "location.offline", "command.done"]
        answer = await _add(api, url=str(target.make_url("/hook")), events=events)
        receiver.secret = answer["secret"]
        yield receiver


async def _add(api: aiohttp.ClientSession, **wanted: Any) -> Any:
    async with api.post("/api/v1/webhooks", json=wanted) as response:
        return await response.json()


async def test_what_happens_is_told_signed(server: Running, receiver: Receiver) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    await viewer.command("tree", "turn_on")
    await until(lambda: len(receiver.messages) == 2)
    await house.close()
    await until(lambda: len(receiver.messages) == 3)
    said = {one["type"]: one["data"] for one in receiver.said()}
    assert said["command.done"]["activity"]["device_id"] == "tree"
    assert said["location.offline"]["location"] == said["location.online"]["location"] == "our-house"
    assert all(receiver.is_genuine(number) for number in range(3))


@pytest.mark.parametrize("answer", [500, 404, 302])
async def test_what_is_not_taken_is_told_again(
    server: Running, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    monkeypatch.setattr(model, "PAUSES", (timedelta(0),) * 3)
    receiver.answers = [answer, answer]
    _, token = await server.new_location()
    await server.link(token)
    await until(lambda: len(receiver.messages) == 3)
    assert len({headers["webhook-id"] for headers, _ in receiver.messages}) == 1
    await asyncio.sleep(1.5)
    assert len(receiver.messages) == 3


async def test_a_removed_webhook_is_told_nothing_more(
    server: Running, api: aiohttp.ClientSession, receiver: Receiver
) -> None:
    (webhook,) = (await (await api.get("/api/v1/webhooks")).json())["webhooks"]
    assert "secret" not in webhook
    async with api.delete(f"/api/v1/webhooks/{webhook['webhook_id']}") as response:
        assert response.status == 200
    assert (await (await api.get("/api/v1/webhooks")).json())["webhooks"] == []
    _, token = await server.new_location()
    await server.link(token)
    await asyncio.sleep(1.5)
    assert receiver.messages == []


async def test_every_key_sees_its_own_only(server: Running, api: aiohttp.ClientSession, receiver: Receiver) -> None:
    keys = ApiKeyService(SqlApiKeyStore(server.database), server.clock)
    (webhook,) = (await (await api.get("/api/v1/webhooks")).json())["webhooks"]
    other = {"Authorization": f"Bearer {(await keys.create('Other', [Scope.WEBHOOK])).secret}"}
    async with api.get("/api/v1/webhooks", headers=other) as response:
        assert (await response.json())["webhooks"] == []
    async with api.delete(f"/api/v1/webhooks/{webhook['webhook_id']}", headers=other) as response:
        assert response.status == 404


def test_the_pauses_grow_and_end() -> None:
    now = datetime.now(UTC)
    pauses = [model.next_attempt(attempts, now) for attempts in range(1, len(model.PAUSES) + 1)]
    assert pauses == sorted(pauses, key=lambda one: one or now)
    assert model.next_attempt(len(model.PAUSES) + 1, now) is None


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "ff02::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(SmartPixelsError):
        check_url(f"https://{host}/hook", private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_fine(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https://user:password@example.org/",
        "https://example.org/#part",
        "https://example.org:port/",
        "https://[::1",
        "https://example.org/ x",
        "https://exämple.org/",
        "https://example.org\\@127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://example.org/" + "x" * 500,
        "file:///etc/passwd",
    ],
)
def test_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(SmartPixelsError):
        check_url(url, private=False)


class _Names(AbstractResolver):
    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._addresses
        ]

    @override
    async def close(self) -> None:
        pass


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.215.14", "10.0.0.1"), ()])
async def test_a_name_that_leads_inside_is_refused_when_it_is_used(addresses: tuple[str, ...]) -> None:
    resolver = Resolver(_Names(*addresses))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver)) as http:
        with pytest.raises((TargetRefused, aiohttp.ClientConnectorError)):
            await http.post("http://rebound.example/")


async def test_a_private_target_is_refused_by_the_api(server: Running) -> None:
    strict = replace(server.settings, webhook_private_targets=False)
    async with serving(strict, server.clock) as running, aiohttp.ClientSession(running.url) as http:
        keys = ApiKeyService(SqlApiKeyStore(running.database), running.clock)
        secret = (await keys.create("Inside", [Scope.WEBHOOK])).secret
        wanted = {"url": "https://169.254.169.254/latest", "events": ["command.done"]}
        headers = {"Authorization": f"Bearer {secret}"}
        async with http.post("/api/v1/webhooks", json=wanted, headers=headers) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (422, "invalid")
