"""Who watches."""

from typing import Any

import pytest

from smartpixels_server.clock import Clock
from smartpixels_server.viewers import handles
from smartpixels_server.viewers.service import ViewerService
from tests.fakes.clock import FakeClock
from tests.server.running import Running, until

KEYS = (b"the newest key of the tests",)


@pytest.fixture
def clock(fake_clock: FakeClock) -> Clock:
    return fake_clock


async def test_a_cookie_is_recognized(server: Running, fake_clock: FakeClock) -> None:
    await server.new_location()
    service = ViewerService(fake_clock, [secret.encode() for secret in server.settings.secrets])
    known = service.new_viewer("pl")
    viewer = await server.view(cookie=service.cookie_for(known))
    assert viewer.snapshot["viewer"] == {"viewer_id": known.viewer_id, "handle": known.handle}


@pytest.mark.parametrize("cookie", ["x", "1.AAAAAAAAAAAAAAAAAAAAAA.en.", "1." + "A" * 22 + ".en." + "A" * 43, "ż"])
async def test_a_forged_cookie_makes_a_new_viewer(server: Running, cookie: str) -> None:
    await server.new_location()
    viewer = await server.view(cookie=cookie)
    assert viewer.snapshot["viewer"]["viewer_id"] != "A" * 22


def test_a_cookie_cannot_be_changed() -> None:
    service = ViewerService(FakeClock(), KEYS)
    cookie = service.cookie_for(service.new_viewer("en"))
    assert service.from_cookie(cookie) is not None
    assert service.from_cookie(cookie.replace(".en.", ".pl.")) is None
    assert service.from_cookie(cookie[:-1]) is None
    assert service.from_cookie(None) is None


def test_keys_can_be_rotated() -> None:
    clock = FakeClock()
    old = ViewerService(clock, KEYS)
    new = ViewerService(clock, (b"an even newer key", *KEYS))
    viewer = old.new_viewer("en")
    assert new.from_cookie(old.cookie_for(viewer)) == viewer
    assert old.from_cookie(new.cookie_for(viewer)) is None


def test_handles_are_two_words_and_lasting() -> None:
    for language in ("en", "pl"):
        handle = handles.handle("viewer", language)
        assert handle == handles.handle("viewer", language)
        assert len(handle.split()) == 2


def test_there_are_enough_different_words() -> None:
    for language in ("en", "pl"):
        found = {handles.handle(str(number), language) for number in range(20_000)}
        adjectives, nouns = ({handle.split()[part] for handle in found} for part in (0, 1))
        assert len(adjectives) == 40
        assert len(nouns) == 40
        assert all(len(handle) <= 64 for handle in found)


async def test_the_language_of_the_page_names_the_viewer(server: Running) -> None:
    await server.new_location()
    viewer = await server.view()
    english = viewer.snapshot["viewer"]
    polish = (await viewer.join(language="pl"))["viewer"]
    assert polish["viewer_id"] == english["viewer_id"]
    assert polish["handle"] == handles.handle(english["viewer_id"], "pl")


@pytest.mark.parametrize("slug", ["nowhere", "Our-House", "a_b", "x" * 64])
async def test_an_unknown_location(server: Running, slug: str) -> None:
    await server.new_location()
    viewer = await server.view()
    assert (await viewer.join(slug))["error"]["code"] == "unknown_location"
    assert (await viewer.join())["ok"]


async def test_commands_need_a_join_first(server: Running) -> None:
    await server.new_location()
    viewer = await server.view("nowhere")
    assert (await viewer.command("tree", "turn_on"))["error"]["code"] == "join_required"


async def test_a_location_that_never_linked(server: Running) -> None:
    await server.new_location()
    snapshot = (await server.view()).snapshot
    assert snapshot["devices"] == []
    assert snapshot["states"] == []
    assert not snapshot["link"]["online"]


async def test_joining_elsewhere_leaves_the_first(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location("First")
    _, other_token = await server.new_location("Second")
    first, second = await server.link(token), await server.link(other_token)
    viewer = await server.view("first")
    await viewer.join("second")
    await first.report("tree", on=True)
    await second.report("star", on=True)
    await until(lambda: viewer.received["viewer_state"])
    assert [state["device_id"] for state in viewer.received["viewer_state"]] == ["star"]
    await fake_clock.advance(1)
    await until(lambda: second.audiences and first.audiences)
    assert second.audiences[-1] == {"watching": 1, "acting": 0}
    assert first.audiences[-1] == {"watching": 0, "acting": 0}


async def test_the_audience_counts_people_not_pages(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    service = ViewerService(fake_clock, [secret.encode() for secret in server.settings.secrets])
    cookie = service.cookie_for(service.new_viewer("en"))
    first = await server.view(cookie=cookie)
    await server.view(cookie=cookie)
    other = await server.view()
    assert other.snapshot["audience"] == {"watching": 2, "acting": 0}

    await first.command("tree", "turn_on")
    await fake_clock.advance(1)
    await until(lambda: _last(other.received["audience"]) == {"watching": 2, "acting": 1})
    await until(lambda: _last(house.audiences) == {"watching": 2, "acting": 1})

    await other.close()
    await fake_clock.advance(61)
    await until(lambda: _last(house.audiences) == {"watching": 1, "acting": 0})


async def test_the_audience_is_told_at_most_once_a_second(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    await fake_clock.advance(1)
    await until(lambda: viewer.received["audience"])
    for _ in range(3):
        await server.view()
    assert len(viewer.received["audience"]) == 1
    await fake_clock.advance(1)
    await until(lambda: len(house.audiences) >= 2)
    assert viewer.received["audience"] == [{"watching": 1, "acting": 0}, {"watching": 4, "acting": 0}]
    await fake_clock.advance(5)
    assert len(viewer.received["audience"]) == 2


async def test_a_location_that_links_again_is_told(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    await server.view()
    await fake_clock.advance(1)
    house = await server.link(token)
    await fake_clock.advance(1)
    await until(lambda: house.audiences == [{"watching": 1, "acting": 0}])


def _last(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    return items[-1] if items else None
