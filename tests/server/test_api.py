"""The HTTP API, as another program uses it."""

from typing import Any, override

import aiohttp
import pytest

from smartpixels_server.api import service
from smartpixels_server.api.model import Scope
from smartpixels_server.api.service import ApiKeyService
from smartpixels_server.api.sql_store import SqlApiKeyStore
from smartpixels_server.clock import Clock, SystemClock
from tests.fakes.location import FakeLocation
from tests.server.running import Running, until

PLACE = "/api/v1/locations/our-house"
ON = {"device_id": "tree", "action": {"type": "turn_on"}}


class StillClock(SystemClock):
    """Budgets do not refill, however slow the machine is."""

    @override
    def monotonic(self) -> float:
        return 1000.0


class Client:
    """A program with a key."""

    def __init__(self, http: aiohttp.ClientSession, secret: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {secret}"}

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self._http.request(method, path, headers=self._headers, **options) as response:
            assert response.content_type == "application/json"
            return response.status, await response.json()

    async def get(self, path: str, **query: str) -> tuple[int, Any]:
        return await self.call("GET", path, params=query)


@pytest.fixture
def keys(server: Running) -> ApiKeyService:
    return ApiKeyService(SqlApiKeyStore(server.database), server.clock)


@pytest.fixture
async def api(http: aiohttp.ClientSession, keys: ApiKeyService) -> Client:
    return Client(http, (await keys.create("Christmas app", Scope)).secret)


@pytest.fixture
async def house(server: Running) -> FakeLocation:
    _, token = await server.new_location()
    return await server.link(token)


async def test_what_there_is(api: Client, house: FakeLocation, server: Running) -> None:
    await server.view()
    status, answer = await api.get("/api/v1/locations")
    assert status == 200
    (location,) = answer["locations"]
    assert (location["slug"], location["name"], location["link"]["online"]) == ("our-house", "Our house", True)
    assert location["audience"] == {"watching": 1, "acting": 0}
    assert (await api.get(PLACE))[1]["location"] == location
    assert [one["device_id"] for one in (await api.get(f"{PLACE}/devices"))[1]["devices"]] == ["tree", "star"]
    assert {one["device_id"] for one in (await api.get(f"{PLACE}/states"))[1]["states"]} == {"tree", "star"}
    numbers = (await api.get(f"{PLACE}/metrics"))[1]
    assert (numbers["online"], numbers["watching"], numbers["devices"], numbers["available"]) == (True, 1, 2, 2)


async def test_a_command_is_done_and_seen(api: Client, house: FakeLocation, server: Running) -> None:
    viewer = await server.view()
    status, answer = await api.call("POST", f"{PLACE}/commands", json={**ON, "command_id": "command-1"})
    assert (status, answer) == (200, {"ok": True, "command_id": "command-1"})
    assert house.commands[0]["viewer"]["handle"] == "Christmas app"
    await until(lambda: viewer.received["activity"])
    (activity,) = (await api.get(f"{PLACE}/activity"))[1]["activity"]
    assert (activity["command_id"], activity["action"]) == ("command-1", "turn_on")
    status, answer = await api.call("POST", f"{PLACE}/commands", json={**ON, "command_id": "command-1"})
    assert (status, answer["error"]["code"]) == (409, "duplicate")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"device_id": "door", "action": {"type": "turn_on"}}, 409, "not_exposed"),
        ({"device_id": "tree", "action": {"type": "press"}}, 409, "not_allowed"),
        ({"device_id": "tree", "action": {"type": "set_effect", "effect": "Strobe"}}, 422, "invalid"),
        ({"device_id": "tree", "action": {"type": "light.turn_on"}}, 400, "malformed"),
        ({"device_id": "tree"}, 400, "malformed"),
        ([], 400, "malformed"),
    ],
)
async def test_what_may_not_be_is_refused(api: Client, house: FakeLocation, body: Any, status: int, code: str) -> None:
    assert await _refused(api, "POST", f"{PLACE}/commands", json=body) == (status, code)
    assert house.commands == []


async def test_offline_is_said(api: Client, server: Running) -> None:
    await server.new_location()
    status, code = await _refused(api, "POST", f"{PLACE}/commands", json=ON)
    assert (status, code) in {(409, "not_exposed"), (409, "offline")}


async def test_lists_come_in_parts(api: Client, server: Running) -> None:
    for name in ("Cottage", "Barn", "Attic"):
        await server.new_location(name)
    first = (await api.get("/api/v1/locations", limit="2"))[1]
    assert [one["slug"] for one in first["locations"]] == ["attic", "barn"]
    rest = (await api.get("/api/v1/locations", limit="2", cursor=first["next"]))[1]
    assert [one["slug"] for one in rest["locations"]] == ["cottage"]
    assert "next" not in rest


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"cursor": "a b"}])
async def test_odd_pages_are_malformed(api: Client, query: dict[str, str]) -> None:
    status, answer = await api.get("/api/v1/locations", **query)
    assert (status, answer["error"]["code"]) == (400, "malformed")


async def test_unknown_things_are_not_found(api: Client) -> None:
    assert await _refused(api, "GET", "/api/v1/locations/nowhere/devices") == (404, "unknown_location")
    assert await _refused(api, "GET", "/api/v1/nothing") == (404, "not_found")
    assert await _refused(api, "DELETE", "/api/v1/webhooks/none") == (404, "not_found")


async def test_a_wrong_method_names_the_right_ones(http: aiohttp.ClientSession) -> None:
    async with http.put("/api/v1/locations") as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET")
        assert not (await response.json())["ok"]


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer sp_wrong", "Basic c3A6c3A=", "Bearer " + "x" * 5000])
async def test_without_a_key_nothing(http: aiohttp.ClientSession, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method, path in (("GET", "/api/v1/locations"), ("POST", f"{PLACE}/commands"), ("GET", "/api/v1/webhooks")):
        async with http.request(method, path, headers=headers) as response:
            assert response.status == 401
            assert (await response.json())["error"]["code"] == "unauthorized"


async def test_a_key_does_only_what_it_is_for(
    http: aiohttp.ClientSession, keys: ApiKeyService, house: FakeLocation
) -> None:
    reader = Client(http, (await keys.create("Reader", [Scope.READ])).secret)
    assert (await reader.get(PLACE))[0] == 200
    assert await _refused(reader, "POST", f"{PLACE}/commands", json=ON) == (403, "forbidden")
    assert await _refused(reader, "GET", "/api/v1/webhooks") == (403, "forbidden")


async def test_a_revoked_key_ends_at_once(http: aiohttp.ClientSession, keys: ApiKeyService) -> None:
    made = await keys.create("Short-lived", [Scope.READ])
    api = Client(http, made.secret)
    assert (await api.get("/api/v1/locations"))[0] == 200
    await keys.revoke(made.key.key_id)
    assert (await api.get("/api/v1/locations"))[0] == 401


async def test_only_a_hash_is_stored(server: Running, keys: ApiKeyService) -> None:
    secret = (await keys.create("Somebody", [Scope.READ])).secret
    rows = await server.database.run(
        lambda connection: [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM api_keys")]
    )
    assert len(rows) == 1
    assert secret not in str(rows)


async def test_guessing_is_slowed_down(http: aiohttp.ClientSession) -> None:
    api = Client(http, "sp_guess")
    for _ in range(service.GUESSES):
        assert (await api.get("/api/v1/locations"))[0] == 401
    assert await _refused(api, "GET", "/api/v1/locations") == (429, "rate_limited")


@pytest.fixture
def clock() -> Clock:
    """Does not move: budgets do not refill."""
    return StillClock()


async def test_each_key_is_limited(http: aiohttp.ClientSession, keys: ApiKeyService, api: Client) -> None:
    for _ in range(service.CALLS):
        assert (await api.get("/api/v1/locations"))[0] == 200
    async with http.get("/api/v1/locations", headers=api._headers) as response:
        assert response.status == 429
        assert int(response.headers["Retry-After"]) >= 1
    other = Client(http, (await keys.create("Somebody else", [Scope.READ])).secret)
    assert (await other.get("/api/v1/locations"))[0] == 200


async def _refused(api: Client, method: str, path: str, **options: Any) -> tuple[int, str]:
    status, answer = await api.call(method, path, **options)
    assert answer["ok"] is False
    return status, answer["error"]["code"]
