"""Every HTTP answer: headers, errors, health."""

from dataclasses import replace

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from smartpixels_server.clock import Clock, SystemClock
from smartpixels_server.monitoring.http import HealthRoutes
from smartpixels_server.settings import Settings
from smartpixels_server.storage.bus import MemoryBus
from smartpixels_server.storage.database import Database
from smartpixels_server.web.middlewares import errors, security_headers
from tests.server.running import Running, serving


async def test_security_headers(server: Running, http: aiohttp.ClientSession) -> None:
    for path in ("/healthz", "/api/v1/nothing", "/nothing"):
        async with http.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src '")
            assert "frame-ancestors 'none'" in policy
            assert f"connect-src 'self' ws://{server.url.removeprefix('http://')}" in policy
            assert "unsafe-inline" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
            assert response.headers["X-Frame-Options"] == "DENY"
            assert "Strict-Transport-Security" not in response.headers


async def test_https_lasts(settings: Settings, clock: Clock) -> None:
    public = replace(settings, public_url="https://lights.example")
    async with serving(public, clock) as server, aiohttp.ClientSession(server.url) as http:
        for path in ("/healthz", "/", "/nothing"):
            async with http.get(path) as response:
                assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_programs_get_json_errors(http: aiohttp.ClientSession) -> None:
    async with http.get("/api/v1/nothing") as response:
        assert response.status == 404
        assert (await response.json())["ok"] is False


async def test_alive_and_ready(http: aiohttp.ClientSession) -> None:
    for path in ("/healthz", "/readyz"):
        async with http.get(path) as response:
            assert response.status == 200
            assert (await response.json())["ok"] is True


async def test_not_ready_without_database() -> None:
    app = web.Application()
    HealthRoutes(Database("mysql+pymysql://nobody@127.0.0.1:9/nothing"), MemoryBus(SystemClock())).add_to(app)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/readyz")
        assert answer.status == 503
        assert "database" in (await answer.json())["reasons"]
        assert (await client.get("/healthz")).status == 200


async def test_a_redirection_is_no_error() -> None:
    async def moved(_request: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/elsewhere")

    app = web.Application(middlewares=[security_headers(is_https=False), errors])
    app.router.add_get("/moved", moved)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/moved", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/elsewhere")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_unexpected_error_is_logged_and_hidden() -> None:
    async def broken(_request: web.Request) -> web.Response:
        raise RuntimeError("the secret is 42")

    app = web.Application(middlewares=[errors])
    app.router.add_get("/api/v1/broken", broken)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/api/v1/broken")
        assert answer.status == 500
        assert (await answer.json()) == {"ok": False, "error": {"code": "internal", "message": "unexpected error"}}
