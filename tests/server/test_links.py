"""How a location joins, stays and leaves."""

from datetime import datetime
from typing import Any

import pytest
import socketio

from smartpixels_server.clock import Clock
from tests.fakes.clock import FakeClock
from tests.fakes.location import FakeLocation
from tests.server.running import Running, until


@pytest.fixture
def clock(fake_clock: FakeClock) -> Clock:
    return fake_clock


async def _unlinked(server: Running) -> FakeLocation:
    _, token = await server.new_location()
    house = FakeLocation(server.url, token)
    await house.connect()
    server.stack.push_async_callback(house.close)
    return house


async def test_hello_is_answered_with_the_servers_own(server: Running, fake_clock: FakeClock) -> None:
    house = await _unlinked(server)
    welcome = await house.hello()
    assert welcome["ok"]
    assert (welcome["protocol_version"], welcome["min_protocol_version"]) == (1, 1)
    assert (welcome["slug"], welcome["name"]) == ("our-house", "Our house")
    assert datetime.fromisoformat(welcome["server_time"]) == fake_clock.now()


@pytest.mark.parametrize(("version", "min_version"), [(2, 2), (99, 3)])
async def test_no_version_in_common(server: Running, version: int, min_version: int) -> None:
    house = await _unlinked(server)
    answer = await house.hello(protocol_version=version, min_protocol_version=min_version)
    assert answer["error"]["code"] == "unsupported_version"
    assert (await house.send_catalog())["error"]["code"] == "hello_required"


async def test_a_newer_location_that_still_speaks_ours_is_welcome(server: Running) -> None:
    house = await _unlinked(server)
    assert (await house.hello(protocol_version=7, min_protocol_version=1))["ok"]


async def test_everything_else_needs_hello_first(server: Running) -> None:
    house = await _unlinked(server)
    for answer in (await house.send_catalog(), await house.report("tree"), await house.share(mode="open")):
        assert answer["error"]["code"] == "hello_required"


@pytest.mark.parametrize("token", ["", "x", "ż", "x" * 5000, 17, None, ["x"], {}])
async def test_a_wrong_token_is_refused(server: Running, token: Any) -> None:
    house = FakeLocation(server.url, token)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await house.connect()
    assert house.refusal["data"]["code"] == "unauthorized"
    await house.close()


async def test_no_auth_at_all_is_refused(server: Running) -> None:
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(server.url, transports=["websocket"], namespaces=["/location"], wait_timeout=5)
    await client.shutdown()


async def test_the_newer_of_two_links_wins(server: Running) -> None:
    _, token = await server.new_location()
    older = await server.link(token)
    viewer = await server.view()
    newer = await server.link(token)

    await until(lambda: older.disconnected)
    assert [goodbye["code"] for goodbye in older.goodbyes] == ["replaced"]
    assert (await viewer.command("tree", "turn_on"))["ok"]
    assert (len(older.commands), len(newer.commands)) == (0, 1)
    assert viewer.received["location_state"][-1]["link"]["online"]
    assert all(state["link"]["online"] for state in viewer.received["location_state"])


async def test_a_link_without_hello_replaces_nobody(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    other = FakeLocation(server.url, token)
    await other.connect()
    await other.close()
    assert (await house.report("tree"))["ok"]
    assert house.goodbyes == []


async def test_a_revoked_token_ends_the_link(server: Running, fake_clock: FakeClock) -> None:
    location, token = await server.new_location()
    house = await server.link(token)
    await server.locations.revoke(location.location_id)
    await fake_clock.advance(5)
    await until(lambda: house.disconnected)
    assert [goodbye["code"] for goodbye in house.goodbyes] == ["revoked"]
    again = FakeLocation(server.url, token)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await again.connect()
    await again.close()


async def test_pairing_anew_ends_the_old_token(server: Running, fake_clock: FakeClock) -> None:
    location, token = await server.new_location()
    house = await server.link(token)
    code = await server.locations.new_pairing_code(location.location_id)
    newer = (await server.locations.pair(code)).token
    await fake_clock.advance(5)
    await until(lambda: house.disconnected)
    await server.link(newer)


async def test_a_valid_token_stays(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    for _ in range(5):
        await fake_clock.advance(3)
    assert (await house.report("tree"))["ok"]


async def test_viewers_learn_that_the_link_is_lost_and_back(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    linked_at = fake_clock.now()
    assert viewer.snapshot["link"]["online"]
    assert datetime.fromisoformat(viewer.snapshot["link"]["since"]) == linked_at

    await fake_clock.advance(60)
    await house.close()
    await until(lambda: viewer.received["location_state"])
    link = viewer.received["location_state"][-1]["link"]
    assert not link["online"]
    assert datetime.fromisoformat(link["since"]) == fake_clock.now()
    assert (await viewer.join())["states"][0]["device_id"] == "tree", "states survive a lost link"

    await server.link(token)
    await until(lambda: viewer.received["location_state"][-1]["link"]["online"])
