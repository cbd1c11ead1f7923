"""What locations report reaches viewers, in order."""

from smartpixels_server.devices.model import LocationDevices
from smartpixels_server.protocol.codec import decode
from smartpixels_server.protocol.messages import Catalog, DeviceState
from tests.fakes.location import LAMP, STAR
from tests.server.running import Running, until


async def test_a_newcomer_sees_devices_and_states(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    await house.report("tree", on=True, rgb=[1, 2, 3])
    viewer = await server.view()
    assert [device["device_id"] for device in viewer.snapshot["devices"]] == ["tree", "star"]
    assert viewer.snapshot["devices"][0]["effects"] == LAMP["effects"]
    assert viewer.states["tree"]["rgb"] == [1, 2, 3]
    assert viewer.snapshot["sharing"] == {"mode": "open"}


async def test_an_older_report_is_ignored(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    old = house.state("tree", on=True, brightness=1)
    await house.report("tree", on=True, brightness=2)
    assert await house.call("device_state", old) == {"ok": True}
    await house.report("star", on=True)
    await until(lambda: viewer.states["star"]["on"])
    assert viewer.states["tree"]["brightness"] == 2


async def test_a_new_link_counts_anew_and_viewers_do_not(server: Running) -> None:
    _, token = await server.new_location()
    await (await server.link(token)).report("tree", brightness=1)
    viewer = await server.view()
    before = viewer.states["tree"]["seq"]
    house = await server.link(token)
    house.seq = 0
    house.devices = [LAMP]
    await house.send_catalog()
    await house.report("tree", brightness=3)
    await until(lambda: viewer.states["tree"].get("brightness") == 3)
    assert viewer.states["tree"]["seq"] > before


async def test_a_catalog_replaces_everything(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    house.devices = [STAR]
    house.sharing = {"mode": "view_only", "reason": "Good night"}
    assert await house.send_catalog(revision=2) == {"ok": True}
    await until(lambda: viewer.received["viewer_catalog"])
    await until(lambda: viewer.received["location_state"])
    assert [device["device_id"] for device in viewer.received["viewer_catalog"][-1]["devices"]] == ["star"]
    assert viewer.states.keys() == {"star"}
    assert viewer.received["location_state"][-1]["sharing"] == house.sharing
    assert (await house.report("tree", on=True)) == {"ok": True}
    assert (await viewer.join())["states"][0]["device_id"] == "star"


async def test_a_device_twice_in_the_catalog_is_malformed(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    house.devices = [STAR, STAR]
    assert (await house.send_catalog())["error"]["code"] == "malformed"
    assert len((await server.view()).snapshot["devices"]) == 2


async def test_sharing_reaches_viewers(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    sharing = {"mode": "paused", "reason": "Dinner", "next_change": "2026-12-06T19:00:00Z"}
    assert await house.share(**sharing) == {"ok": True}
    await until(lambda: viewer.received["location_state"])
    assert viewer.received["location_state"][-1]["sharing"] == sharing
    assert (await server.view()).snapshot["sharing"] == sharing


async def test_a_flood_of_states_is_thinned_to_the_newest(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    for brightness in range(1, 201):
        await house.client.emit("device_state", house.state("tree", brightness=brightness), namespace="/location")
    await until(lambda: viewer.states["tree"].get("brightness") == 200)
    seen = [state["brightness"] for state in viewer.received["viewer_state"]]
    assert seen[0] == 1, "the first at once"
    assert seen == sorted(seen)
    assert len(seen) < 100


def _state(seq: int) -> DeviceState:
    return DeviceState(device_id="tree", seq=seq, available=True)


def test_seq_is_compared_within_one_link() -> None:
    devices = LocationDevices()
    catalog = {"revision": 1, "devices": [LAMP], "sharing": {"mode": "open"}}
    devices.apply_catalog("first", decode(Catalog, catalog))
    assert devices.apply_state("first", _state(9)) is not None
    assert devices.apply_state("first", _state(9)) is None
    assert devices.apply_state("second", _state(0)) is not None
