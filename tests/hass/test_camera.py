"""Cameras that are adopted: the checklist, the owner's word, and that nothing is published yet."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache_with_extra_data

from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import SetUp, entry_for, is_linked, state_of
from tests.hass.flows import begin, only_subentry, submit

CONFIRMED = {"own_ground": True, "no_road": True, "no_windows": True}
PUBLISH = {"entity_id": "switch.garden_publish"}
ON_AIR = "binary_sensor.garden_on_air"


@pytest.fixture
def camera(hass: HomeAssistant, entity_registry: er.EntityRegistry) -> er.RegistryEntry:
    """A camera of another integration."""
    return add_camera(hass, entity_registry, "garden")


def add_camera(hass: HomeAssistant, registry: er.EntityRegistry, name: str) -> er.RegistryEntry:
    camera = registry.async_get_or_create("camera", "other", name, suggested_object_id=name)
    hass.states.async_set(camera.entity_id, "idle", {"friendly_name": name.title()})
    return camera


def subentry_for(camera: er.RegistryEntry) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(
        data={"entity": camera.id, "name_en": "Garden", **CONFIRMED},
        subentry_id="garden",
        subentry_type="camera",
        title="Garden",
        unique_id=camera.id,
    )


@pytest.fixture
async def bare_entry(server: FakeServer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    return entry


@pytest.fixture
async def entry(server: FakeServer, camera: er.RegistryEntry, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server, subentry_for(camera))
    await set_up(entry)
    return entry


# The flow ----------------------------------------------------------------------------------------------------------


async def test_a_camera_needs_the_whole_checklist(
    hass: HomeAssistant, bare_entry: MockConfigEntry, camera: er.RegistryEntry, server: FakeServer
) -> None:
    result = await begin(hass, bare_entry, "camera")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "user")
    said = {"entity": "camera.garden", "name_en": "Garden"}
    result = await submit(hass, result, said)
    assert result["errors"] == dict.fromkeys(CONFIRMED, "not_confirmed")
    result = await submit(hass, result, said | CONFIRMED | {"no_road": False})
    assert result["errors"] == {"no_road": "not_confirmed"}
    result = await submit(hass, result, said | CONFIRMED | {"name_pl": "x" * 65})
    assert result["errors"] == {"name_pl": "name_too_long"}
    result = await submit(hass, result, said | CONFIRMED)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Garden")
    await hass.async_block_till_done()
    assert only_subentry(bare_entry).data == {"entity": camera.id, "name_en": "Garden", **CONFIRMED}
    await wait_until(lambda: is_linked(hass))
    assert server.last("catalog")["devices"] == []


async def test_a_camera_that_cannot_be_followed_is_refused(
    hass: HomeAssistant, bare_entry: MockConfigEntry, entity_registry: er.EntityRegistry, camera: er.RegistryEntry
) -> None:
    hass.states.async_set("camera.nameless", "idle")
    result = await begin(hass, bare_entry, "camera")
    result = await submit(hass, result, {"entity": "camera.nameless", "name_en": "x"} | CONFIRMED)
    assert result["errors"] == {"entity": "no_unique_id"}
    entity_registry.async_update_entity("camera.garden", disabled_by=er.RegistryEntryDisabler.USER)
    result = await submit(hass, result, {"entity": "camera.garden", "name_en": "x"} | CONFIRMED)
    assert result["errors"] == {"entity": "disabled"}
    entity_registry.async_update_entity("camera.garden", disabled_by=None)
    hass.states.async_remove("camera.garden")
    result = await submit(hass, result, {"entity": "camera.garden", "name_en": "x"} | CONFIRMED)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "camera.garden")
    await hass.async_block_till_done()


async def test_a_camera_is_added_once(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await begin(hass, entry, "camera")
    result = await submit(hass, result, {"entity": "camera.garden", "name_en": "x"} | CONFIRMED)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_another_camera_needs_the_checklist_and_the_owners_word_anew(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    await hass.services.async_call("switch", "turn_on", PUBLISH, blocking=True)
    other = add_camera(hass, entity_registry, "street")
    result = await entry.start_subentry_reconfigure_flow(hass, "garden")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "reconfigure")
    result = await submit(hass, result, {"entity": "camera.street", "name_en": "Street"})
    assert result["errors"] == dict.fromkeys(CONFIRMED, "not_confirmed")
    result = await submit(hass, result, {"entity": "camera.street", "name_en": "Street"} | CONFIRMED)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert only_subentry(entry).data["entity"] == only_subentry(entry).unique_id == other.id
    assert state_of(hass, PUBLISH["entity_id"]).state == "off"


async def test_the_same_camera_keeps_the_owners_word(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.services.async_call("switch", "turn_on", PUBLISH, blocking=True)
    result = await entry.start_subentry_reconfigure_flow(hass, "garden")
    result = await submit(hass, result, {"entity": "camera.garden", "name_en": "The garden"} | CONFIRMED)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert state_of(hass, PUBLISH["entity_id"]).state == "on"


async def test_a_camera_that_is_gone_can_be_exchanged(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_remove("camera.garden")
    await hass.async_block_till_done()
    result = await entry.start_subentry_reconfigure_flow(hass, "garden")
    assert result["type"] is FlowResultType.FORM
    hass.config_entries.subentries.async_abort(result["flow_id"])


# Entities ----------------------------------------------------------------------------------------------------------


async def test_nothing_is_published_whatever_the_owner_says(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert (state_of(hass, PUBLISH["entity_id"]).state, state_of(hass, ON_AIR).state) == ("off", "off")
    await hass.services.async_call("switch", "turn_on", PUBLISH, blocking=True)
    assert (state_of(hass, PUBLISH["entity_id"]).state, state_of(hass, ON_AIR).state) == ("on", "off")
    await hass.services.async_call("switch", "turn_off", PUBLISH, blocking=True)
    assert state_of(hass, PUBLISH["entity_id"]).state == "off"


@pytest.mark.parametrize(("about", "expected"), [("this", "on"), ("another", "off")])
async def test_the_owners_word_outlives_a_restart_for_this_camera_only(
    hass: HomeAssistant, server: FakeServer, camera: er.RegistryEntry, set_up: SetUp, about: str, expected: str
) -> None:
    reference = {"this": camera.id, "another": "0" * 32}[about]
    mock_restore_cache_with_extra_data(hass, [(State(PUBLISH["entity_id"], "on"), {"reference": reference})])
    await set_up(entry_for(server, subentry_for(camera)))
    assert state_of(hass, PUBLISH["entity_id"]).state == expected


async def test_a_camera_is_followed_through_renames_and_failures(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    issue_registry: ir.IssueRegistry,
) -> None:
    hass.states.async_set("camera.garden", "unavailable")
    await hass.async_block_till_done()
    assert state_of(hass, ON_AIR).state == "unavailable"
    entity_registry.async_update_entity("camera.garden", new_entity_id="camera.orchard")
    hass.states.async_set("camera.orchard", "idle")
    await hass.async_block_till_done()
    assert state_of(hass, ON_AIR).state == "off"
    entity_registry.async_remove("camera.orchard")
    await hass.async_block_till_done()
    assert state_of(hass, ON_AIR).state == "unavailable"
    assert issue_registry.async_get_issue("smartpixels", "adopted_removed_garden") is not None


@pytest.mark.parametrize("state", [None, "unavailable"])
async def test_a_camera_that_loads_later_is_no_news(
    hass: HomeAssistant,
    server: FakeServer,
    camera: er.RegistryEntry,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    state: Any,
) -> None:
    hass.states.async_remove("camera.garden")
    if state is not None:
        hass.states.async_set("camera.garden", state, {"restored": True})
    entry = entry_for(server, subentry_for(camera))
    await set_up(entry)
    assert (entry.state, state_of(hass, ON_AIR).state) == (ConfigEntryState.LOADED, "unavailable")
    hass.states.async_set("camera.garden", "idle")
    await hass.async_block_till_done()
    assert state_of(hass, ON_AIR).state == "off"
    assert not [record for record in caplog.records if record.name.endswith("hardware.hub")]
