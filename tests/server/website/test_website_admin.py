"""The admin, with a browser's manners: log in, look after places, leave a trace."""

import re
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from smartpixels_server.errors import SmartPixelsError
from smartpixels_server.operators import service
from smartpixels_server.operators.model import Role
from smartpixels_server.operators.passwords import Passwords
from smartpixels_server.operators.service import OperatorService
from smartpixels_server.operators.sql_store import SqlOperatorStore
from smartpixels_server.operators.totp import code_at
from tests.server.running import Running, until

PASSWORD = "a long enough password"


class Browser:
    """Keeps cookies and fills in forms, with the tokens that they carry."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def close(self) -> None:
        await self._http.close()

    async def get(self, path: str) -> tuple[int, str]:
        async with self._http.get(path) as response:
            return response.status, await response.text()

    async def post(self, path: str, *, origin: str = "", **fields: str) -> aiohttp.ClientResponse:
        headers = {"Origin": origin or self.url}
        return await self._http.post(path, data=fields, headers=headers, allow_redirects=False)

    async def log_in(self, name: str, password: str = PASSWORD, code: str = "") -> aiohttp.ClientResponse:
        return await self.post("/admin/login", name=name, password=password, code=code)

    async def submit(self, page: str, action: str, **fields: str) -> aiohttp.ClientResponse:
        _, html = await self.get(page)
        form = re.search(rf'action="{re.escape(action)}".*?name="csrf" value="(\w+)"', html, re.DOTALL)
        assert form, f"no form for {action}"
        return await self.post(action, csrf=form[1], **fields)


@pytest.fixture
def operators(server: Running) -> OperatorService:
    return OperatorService(SqlOperatorStore(server.database), server.clock, Passwords())


@pytest.fixture
async def browser(server: Running) -> AsyncGenerator[Browser]:
    browser = Browser(server.url)
    yield browser
    await browser.close()


@pytest.fixture
async def ola(browser: Browser, operators: OperatorService) -> Browser:
    await operators.add("Ola", password=PASSWORD)
    assert (await browser.log_in("Ola")).status == 303
    return browser


async def test_nobody_gets_in_without_a_login(browser: Browser) -> None:
    for path in ("/admin", "/admin/audit", "/admin/l/our-house"):
        status, html = await browser.get(path)
        assert status == 200
        assert 'name="password"' in html
    answer = await browser.post("/admin/locations", name="Mine")
    assert (answer.status, answer.headers["Location"]) == (303, "/admin/login")


async def test_a_wrong_password_or_name_is_refused_alike(browser: Browser, operators: OperatorService) -> None:
    await operators.add("Ola", password=PASSWORD)
    pages = [await (await browser.log_in(name, "wrong password")).text() for name in ("Ola", "Eve")]
    assert pages[0].replace("Ola", "Eve") == pages[1]
    assert "Name, password or code is wrong." in pages[0]
    assert (await operators.entries())[0].action == "login_failed"


async def test_guessing_is_slowed_down(browser: Browser, operators: OperatorService) -> None:
    await operators.add("Ola", password=PASSWORD)
    for _ in range(service.ATTEMPTS):
        assert (await browser.log_in("Ola", "wrong password")).status == 401
    answer = await browser.log_in("Ola")
    assert answer.status == 429
    assert "Wait a minute" in await answer.text()


async def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Browser, operators: OperatorService) -> None:
    await operators.add("Ola", password=PASSWORD)
    cookie = (await browser.log_in("Ola")).cookies["smartpixels_operator"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/admin")


async def test_the_session_is_stored_as_a_hash_and_ends(server: Running, ola: Browser) -> None:
    rows = await server.database.run(
        lambda connection: connection.exec_driver_sql("SELECT token_hash FROM operator_sessions").all()
    )
    assert [len(row[0]) for row in rows] == [64]
    await ola.submit("/admin", "/admin/logout")
    assert 'name="password"' in (await ola.get("/admin"))[1]


async def test_a_new_password_ends_all_sessions(ola: Browser, operators: OperatorService) -> None:
    await operators.change_password("Ola", "another long password")
    assert 'name="password"' in (await ola.get("/admin"))[1]
    assert (await ola.log_in("Ola")).status == 401
    assert (await ola.log_in("Ola", "another long password")).status == 303


async def test_a_place_from_creation_to_revocation(server: Running, ola: Browser, operators: OperatorService) -> None:
    answer = await ola.submit("/admin", "/admin/locations", name="Żółty dom", slug="")
    assert answer.headers["Location"] == "/admin/l/zolty-dom"
    answer = await ola.submit("/admin/l/zolty-dom", "/admin/l/zolty-dom/pair")
    code = answer.headers["Location"].removeprefix("/pair/")
    assert "/qr.svg" in (await ola.get(answer.headers["Location"]))[1]
    house = await server.link((await server.locations.pair(code)).token)
    await server.view("zolty-dom")
    _, html = await ola.get("/admin/l/zolty-dom")
    assert "Tree" in html
    assert "1 watching" in html
    await ola.submit("/admin/l/zolty-dom", "/admin/l/zolty-dom/revoke")
    await until(lambda: house.goodbyes)
    told = [(entry.who, entry.action) for entry in await operators.entries()]
    assert told[:3] == [("Ola", "token_revoked"), ("Ola", "code_made"), ("Ola", "location_created")]
    _, html = await ola.get("/admin/audit?lang=pl")
    assert "unieważniono token" in html


async def test_a_bad_place_is_explained(ola: Browser) -> None:
    answer = await ola.submit("/admin", "/admin/locations", name="House", slug="No Slug")
    assert answer.status == 422
    assert "A place needs a name" in await answer.text()


@pytest.mark.parametrize("fields", [{}, {"csrf": "0" * 64}, {"csrf": "ż"}])
async def test_a_form_from_elsewhere_is_refused(ola: Browser, fields: dict[str, str]) -> None:
    assert (await ola.post("/admin/locations", name="Evil", **fields)).status == 403


async def test_another_origin_is_refused(ola: Browser) -> None:
    answer = await ola.post("/admin/login", origin="https://evil.example", name="Ola", password=PASSWORD)
    assert answer.status == 403


async def test_a_moderator_sees_their_places_only(
    server: Running, browser: Browser, operators: OperatorService
) -> None:
    mine, _ = await server.new_location("Mine")
    await server.new_location("Other")
    await operators.add("Max", role=Role.MODERATOR, location_ids=[mine.location_id], password=PASSWORD)
    await browser.log_in("Max")
    _, html = await browser.get("/admin")
    assert "Mine" in html
    assert "Other" not in html
    assert 'action="/admin/locations"' not in html
    assert (await browser.get("/admin/l/mine"))[0] == 200
    assert (await browser.get("/admin/l/other"))[0] == 404
    assert (await browser.get("/admin/audit"))[0] == 403
    csrf = re.search(r'name="csrf" value="(\w+)"', html)
    assert csrf
    for path in ("/admin/locations", "/admin/l/mine/pair", "/admin/l/mine/revoke"):
        assert (await browser.post(path, csrf=csrf[1], name="Evil")).status == 403


async def test_a_turn_is_ended(server: Running, ola: Browser, operators: OperatorService) -> None:
    _, token = await server.new_location()
    await server.link(token)
    viewer = await server.view()
    await viewer.call("request_turn", {})

    async def page() -> str:
        return (await ola.get("/admin/l/our-house"))[1]

    assert f"turn of {viewer.snapshot['viewer']['handle']}" in await page()
    await ola.submit("/admin/l/our-house", "/admin/l/our-house/end-turn")
    assert "turn of" not in await page()
    assert (await operators.entries())[0].action == "turn_ended"


async def test_a_one_time_code_works_once(server: Running, browser: Browser, operators: OperatorService) -> None:
    made = await operators.add("Ola", password=PASSWORD, with_totp=True)
    assert made.totp_secret
    assert (await browser.log_in("Ola")).status == 401
    code = code_at(made.totp_secret, server.clock.now().timestamp())
    assert (await browser.log_in("Ola", code=code)).status == 303
    assert (await browser.log_in("Ola", code=code)).status == 401


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert code_at(secret, seconds, digits=8) == code


async def test_pages_are_not_kept_by_anybody(ola: Browser) -> None:
    async with ola._http.get("/admin") as response:
        assert response.headers["Cache-Control"] == "no-store"
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]


async def test_bad_passwords_and_names_are_refused(operators: OperatorService) -> None:
    wrong: list[dict[str, Any]] = [{"name": ""}, {"name": "x" * 65}, {"name": "Ola", "password": "short"}]
    for fields in wrong:
        with pytest.raises(SmartPixelsError):
            await operators.add(**fields)
    await operators.add("Ola", password=PASSWORD)
    with pytest.raises(SmartPixelsError):
        await operators.add("Ola", password=PASSWORD)
