"""Entities that Home Assistant already has: adopted, never copied."""

from collections.abc import Mapping
from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import SetUp, entry_for, is_linked, state_of
from tests.hass.flows import begin, only_subentry, submit

LAMP, RELAY, SCENE, BELL = "light.lamp", "switch.fountain", "scene.cozy", "button.bell"
TEMPLATES: Mapping[str, Any] = {
    "template": [
        {
            "light": [
                {
                    "name": "Lamp",
                    "unique_id": "lamp",
                    "state": "{{ is_state('input_boolean.lamp', 'on') }}",
                    "level": "{{ states('input_number.level') | int }}",
                    "temperature": "{{ 370 }}",
                    "effect_list": "{{ ['Rainbow', 'Strobe', 'off'] }}",
                    "effect": "{{ 'off' }}",
                    "availability": "{{ is_state('input_boolean.power', 'on') }}",
                    "turn_on": {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.lamp"}},
                    "turn_off": {"action": "input_boolean.turn_off", "target": {"entity_id": "input_boolean.lamp"}},
                    "set_level": [
                        {
                            "action": "input_number.set_value",
                            "target": {"entity_id": "input_number.level"},
                            "data": {"value": "{{ brightness }}"},
                        },
                        {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.lamp"}},
                    ],
                    "set_temperature": {"event": "temperature", "event_data": {"kelvin": "{{ color_temp_kelvin }}"}},
                    "set_rgb": {"event": "color", "event_data": {"rgb": "{{ rgb }}"}},
                    "set_effect": {"event": "effect", "event_data": {"effect": "{{ effect }}"}},
                }
            ],
            "switch": [
                {
                    "name": "Fountain",
                    "unique_id": "fountain",
                    "state": "{{ is_state('input_boolean.pump', 'on') }}",
                    "turn_on": {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.pump"}},
                    "turn_off": {"action": "input_boolean.turn_off", "target": {"entity_id": "input_boolean.pump"}},
                }
            ],
            "button": [{"name": "Bell", "unique_id": "bell", "press": {"event": "rang"}}],
        }
    ],
    "input_boolean": {"lamp": {}, "pump": {}, "power": {"initial": True}},
    "input_number": {"level": {"min": 0, "max": 255, "initial": 100}},
    "scene": [{"id": "cozy", "name": "Cozy", "entities": {"input_boolean.lamp": "on"}}],
}


@pytest.fixture(autouse=True)
async def _home(hass: HomeAssistant) -> None:
    """Give the house a lamp, a fountain, a bell and a scene."""
    for domain in ("homeassistant", "input_boolean", "input_number", "template", "scene"):
        assert await async_setup_component(hass, domain, dict(TEMPLATES))
    await hass.async_block_till_done()
    for entity_id in (LAMP, RELAY, SCENE, BELL):
        state_of(hass, entity_id)


@pytest.fixture
async def bare_entry(hass: HomeAssistant, server: FakeServer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    return entry


async def adopt(hass: HomeAssistant, entry: MockConfigEntry, entity_id: str, **said: Any) -> str:
    """Adopt an entity as an owner does, and return the device's identity for viewers."""
    result = await submit(hass, await begin(hass, entry, "adopted"), {"entity": entity_id})
    assert result["step_id"] == "exposure", result
    result = await submit(hass, result, {"exposed": True, "name_en": "Adopted"} | said)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await wait_until(lambda: is_linked(hass))
    return only_subentry(entry).subentry_id


async def only_device(server: FakeServer) -> dict[str, Any]:
    await wait_until(lambda: server.last("catalog").get("devices"))
    (device,) = server.last("catalog")["devices"]
    return dict(device)


async def test_a_light_keeps_its_device_and_tells_what_it_can(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, entity_registry: er.EntityRegistry
) -> None:
    before = len(entity_registry.entities)
    await hass.services.async_call("input_boolean", "turn_on", {"entity_id": "input_boolean.lamp"}, blocking=True)
    device_id = await adopt(hass, bare_entry, LAMP)
    lamp = entity_registry.async_get(LAMP)
    assert lamp is not None
    subentry = only_subentry(bare_entry)
    assert (subentry.data["entity"], subentry.unique_id, subentry.title) == (lamp.id, lamp.id, "Lamp")
    assert len(entity_registry.entities) == before
    device = await only_device(server)
    assert (device["device_id"], device["kind"], device["name"]) == (device_id, "light", {"en": "Adopted"})
    assert device["actions"] == ["turn_on", "turn_off", "set_color", "set_brightness", "set_effect"]
    assert device["effects"] == ["Rainbow", "off"]
    assert device["kelvin"]["min"] < device["kelvin"]["max"]
    assert "pixels" not in device
    assert lamp.id not in str(server.frames)
    assert "light." not in str(server.frames)


@pytest.mark.parametrize(
    ("action", "event", "data"),
    [
        ({"type": "set_color", "rgb": [1, 2, 3]}, "color", {"rgb": (1, 2, 3)}),
        ({"type": "set_color", "kelvin": 3000}, "temperature", {"kelvin": 3000}),
        ({"type": "set_effect", "effect": "Rainbow"}, "effect", {"effect": "Rainbow"}),
    ],
)
async def test_a_light_does_what_viewers_wish(
    hass: HomeAssistant,
    bare_entry: MockConfigEntry,
    server: FakeServer,
    action: dict[str, Any],
    event: str,
    data: dict[str, Any],
) -> None:
    heard: list[Mapping[str, Any]] = []
    hass.bus.async_listen(event, lambda fired: heard.append(fired.data))
    device_id = await adopt(hass, bare_entry, LAMP)
    assert await server.command(device_id, action) == {"ok": True}
    await wait_until(lambda: heard)
    assert heard[-1] == data


async def test_a_light_is_turned_on_dimmed_and_off(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer
) -> None:
    device_id = await adopt(hass, bare_entry, LAMP)
    assert await server.command(device_id, {"type": "set_brightness", "brightness": 33}) == {"ok": True}
    await wait_until(lambda: state_of(hass, LAMP).attributes.get("brightness") == 33)
    assert await server.command(device_id, {"type": "turn_off"}) == {"ok": True}
    await wait_until(lambda: state_of(hass, LAMP).state == "off")
    answer = await server.command(device_id, {"type": "set_effect", "effect": "Strobe"})
    assert answer["ok"] is False


async def test_a_switch_is_switched(hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer) -> None:
    device_id = await adopt(hass, bare_entry, RELAY, limits={"min_on": 0, "min_off": 0})
    assert (await only_device(server))["actions"] == ["turn_on", "turn_off", "press"]
    assert await server.command(device_id, {"type": "turn_on"}) == {"ok": True}
    await wait_until(lambda: server.last("device_state").get("on") is True)
    assert await server.command(device_id, {"type": "turn_off"}) == {"ok": True}
    await wait_until(lambda: state_of(hass, RELAY).state == "off")


async def test_a_scene_is_played(hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer) -> None:
    device_id = await adopt(hass, bare_entry, SCENE)
    device = await only_device(server)
    assert (device["kind"], device["actions"]) == ("scene", ["play_scene"])
    assert server.last("catalog")["states"][0]["available"] is True
    assert await server.command(device_id, {"type": "play_scene"}) == {"ok": True}
    await wait_until(lambda: state_of(hass, "input_boolean.lamp").state == "on")


async def test_a_button_is_pressed(hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer) -> None:
    rung: list[Any] = []
    hass.bus.async_listen("rang", rung.append)
    device_id = await adopt(hass, bare_entry, BELL)
    assert (await only_device(server))["actions"] == ["press"]
    assert await server.command(device_id, {"type": "press"}) == {"ok": True}
    await wait_until(lambda: rung)


async def test_a_renamed_entity_stays_adopted(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, entity_registry: er.EntityRegistry
) -> None:
    device_id = await adopt(hass, bare_entry, RELAY, limits={"min_on": 0, "min_off": 0})
    entity_registry.async_update_entity(RELAY, new_entity_id="switch.a_secret_name")
    await hass.async_block_till_done()
    assert await server.command(device_id, {"type": "turn_on"}) == {"ok": True}
    await wait_until(lambda: state_of(hass, "input_boolean.pump").state == "on")
    assert "secret" not in str(server.frames)


async def test_an_entity_that_goes_away_is_unavailable_for_viewers(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, entity_registry: er.EntityRegistry
) -> None:
    device_id = await adopt(hass, bare_entry, LAMP)
    await hass.services.async_call("input_boolean", "turn_off", {"entity_id": "input_boolean.power"}, blocking=True)
    await wait_until(lambda: server.last("device_state").get("available") is False)
    assert (await server.command(device_id, {"type": "turn_on"}))["error"]["code"] == "device_failed"
    await hass.services.async_call("input_boolean", "turn_on", {"entity_id": "input_boolean.power"}, blocking=True)
    await wait_until(lambda: server.last("device_state").get("available") is True)
    entity_registry.async_update_entity(LAMP, disabled_by=er.RegistryEntryDisabler.USER)
    await wait_until(lambda: server.last("device_state").get("available") is False)
    assert (await server.command(device_id, {"type": "turn_on"}))["ok"] is False


async def test_a_removed_entity_is_hidden_and_an_issue_until_it_is_back(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, entity_registry: er.EntityRegistry
) -> None:
    device_id = await adopt(hass, bare_entry, LAMP)

    def issue() -> ir.IssueEntry | None:
        return ir.async_get(hass).async_get_issue("smartpixels", f"adopted_removed_{device_id}")

    assert issue() is None
    entity_registry.async_remove(LAMP)
    await wait_until(issue)
    await wait_until(lambda: server.last("catalog")["devices"] == [])
    assert (await server.command(device_id, {"type": "turn_on"}))["error"]["code"] == "not_exposed"
    result = await bare_entry.start_subentry_reconfigure_flow(hass, device_id)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "entity_removed")

    entity_registry.async_get_or_create("light", "template", "lamp", suggested_object_id="lamp")
    await wait_until(lambda: issue() is None)
    entity_registry.async_remove(LAMP)
    await wait_until(issue)
    hass.config_entries.async_remove_subentry(bare_entry, device_id)
    await hass.async_block_till_done()
    assert issue() is None


async def test_reconfiguring_asks_what_viewers_may_do(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer
) -> None:
    device_id = await adopt(hass, bare_entry, LAMP)
    result = await bare_entry.start_subentry_reconfigure_flow(hass, device_id)
    assert (result["step_id"], (result["description_placeholders"] or {})["entity"]) == ("exposure", LAMP)
    result = await submit(hass, result, {"exposed": True, "name_en": "Only on", "actions": ["turn_on"]})
    assert result["reason"] == "reconfigure_successful"
    await wait_until(lambda: server.last("catalog")["devices"][0]["actions"] == ["turn_on"])


async def test_an_entity_is_adopted_once(hass: HomeAssistant, bare_entry: MockConfigEntry) -> None:
    await adopt(hass, bare_entry, LAMP)
    result = await submit(hass, await begin(hass, bare_entry, "adopted"), {"entity": LAMP})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_what_is_not_for_viewers_is_refused(
    hass: HomeAssistant, bare_entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    hass.states.async_set("light.nameless", "on")
    create = entity_registry.async_get_or_create
    create("switch", "demo", "1", suggested_object_id="lock", entity_category=EntityCategory.CONFIG)
    create("switch", "demo", "2", suggested_object_id="off", disabled_by=er.RegistryEntryDisabler.USER)
    foreign = create("lock", "demo", "3")
    refused = {
        "light.nameless": "no_unique_id",
        "switch.lock": "for_owners",
        "switch.off": "disabled",
        foreign.id: "not_adoptable",
    }
    result = await begin(hass, bare_entry, "adopted")
    for entity_id, error in refused.items():
        result = await submit(hass, result, {"entity": entity_id})
        assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"entity": error})
    result = await submit(hass, result, {"entity": LAMP})
    assert result["step_id"] == "exposure"


async def test_an_entity_that_is_away_is_known_from_the_registry(
    hass: HomeAssistant, bare_entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_get_or_create(
        "light",
        "demo",
        "far",
        suggested_object_id="far",
        original_name="Far lamp",
        capabilities={"supported_color_modes": ["brightness"]},
    )
    entity_registry.async_get_or_create(
        "light", "demo", "plain", suggested_object_id="plain", capabilities={"supported_color_modes": ["onoff"]}
    )
    result = await submit(hass, await begin(hass, bare_entry, "adopted"), {"entity": "light.far"})
    assert result["description_placeholders"]["device"] == "Far lamp"
    assert result["data_schema"]({"name_en": "x"})["actions"] == ["turn_on", "turn_off", "set_brightness"]
    result = await submit(hass, await begin(hass, bare_entry, "adopted"), {"entity": "light.plain"})
    assert result["data_schema"]({"name_en": "x"})["actions"] == ["turn_on", "turn_off"]


def stored(reference: str) -> ConfigSubentryDataWithId:
    """Return an adopted entity as the owner's flow would store it."""
    return ConfigSubentryDataWithId(
        data={"entity": reference, "exposure": {"": {"kind": "light", "exposed": True, "name_en": "Gone"}}},
        subentry_id="adopted-subentry",
        subentry_type="adopted",
        title="Gone lamp",
        unique_id=reference,
    )


async def test_an_entity_that_is_gone_at_the_start_is_an_issue(
    hass: HomeAssistant, server: FakeServer, set_up: SetUp
) -> None:
    await set_up(entry_for(server, stored("0123456789abcdef0123456789abcdef")))
    found = ir.async_get(hass).async_get_issue("smartpixels", "adopted_removed_adopted-subentry")
    assert found is not None
    assert found.translation_placeholders == {"device": "Gone lamp"}
    await wait_until(lambda: server.got("catalog"))
    assert server.last("catalog")["devices"] == []
