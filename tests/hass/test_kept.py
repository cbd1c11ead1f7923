"""What is kept over restarts and versions: old entries, and files that cannot be read."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import SetUp, entry_for, is_linked, state_of, subentry_for

CAP = "number.our_house_brightness_cap"


def kept(data: Any, version: int = 1) -> dict[str, Any]:
    return {"version": version, "minor_version": 1, "key": "smartpixels.entry-1", "data": data}


@pytest.mark.parametrize("file", [kept({}, version=99), kept(["no", "object"]), kept({"rules": {"bans": 5}})])
async def test_a_file_that_nobody_understands_starts_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: FakeServer,
    strip: WledServer,
    set_up: SetUp,
    file: dict[str, Any],
) -> None:
    hass_storage["smartpixels.entry-1"] = file
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: is_linked(hass), "the link is open")
    assert state_of(hass, "select.our_house_sharing_mode").state == "open"
    assert state_of(hass, CAP).state == "100"


async def test_an_entry_of_a_newer_version_is_left_alone(hass: HomeAssistant, server: FakeServer) -> None:
    entry = entry_for(server)
    object.__setattr__(entry, "version", 2)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR


async def test_an_entry_of_the_first_version_keeps_what_its_owner_said(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    new = subentry_for(strip)
    said = {key: value for key, value in new["data"]["exposure"][""].items() if key != "kind"}
    flat = {key: new["data"][key] for key in ("host", "mac")} | said
    # One that was changed by hand to the new form already.
    other = new | {"subentry_id": "other", "unique_id": "other", "data": {**new["data"], "exposure": {}}}
    entry = entry_for(server, new | {"data": flat}, other)
    object.__setattr__(entry, "minor_version", 1)
    await set_up(entry)
    assert entry.minor_version == 2
    assert dict(entry.subentries["tree-subentry"].data) == dict(new["data"])
    assert entry.subentries["other"].data["exposure"] == {}
