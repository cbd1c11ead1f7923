"""The owner's house rules, page by page."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.house.options import HouseOptions
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import is_linked


async def open_page(hass: HomeAssistant, entry: MockConfigEntry, page: str) -> str:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.MENU
    assert page in result["menu_options"]
    result = await hass.config_entries.options.async_configure(result["flow_id"], {"next_step_id": page})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, page)
    return str(result["flow_id"])


async def submit(hass: HomeAssistant, flow_id: str, fields: dict[str, Any]) -> Any:
    return await hass.config_entries.options.async_configure(flow_id, fields)


def suggested(result: Any, key: str) -> Any:
    (marker,) = (marker for marker in result["data_schema"].schema if marker == key)
    return (marker.description or {}).get("suggested_value")


async def test_hours_are_cleaned_kept_and_shown_again(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    flow_id = await open_page(hass, entry, "hours")
    row = {"from": "Sunset - 0:30", "until": "22:00", "days": ["fri", "sat"], "season_from": "11-15"}
    result = await submit(hass, flow_id, {"windows": [row]})
    assert result["errors"] == {"windows": "invalid_season"}
    result = await submit(
        hass, flow_id, {"windows": [row | {"season_until": "01-10"}, {"from": "9:00", "until": "noon"}]}
    )
    assert result["errors"] == {"windows": "invalid_moment"}
    assert result["description_placeholders"]["row"] == "2"
    result = await submit(hass, flow_id, {"windows": [{"from": "9:00", "until": "10:00"}] * 51})
    assert result["errors"] == {"windows": "too_many_windows"}
    result = await submit(hass, flow_id, {"windows": [row | {"season_until": "01-10"}]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    window = {"days": ["fri", "sat"], "from": "sunset-00:30", "until": "22:00"}
    assert entry.options == {
        "hours": {"windows": [window | {"season": {"from": "11-15", "until": "01-10"}}]},
    }
    await wait_until(lambda: len(server.got("catalog")) == 2 and is_linked(hass), "set up anew, once")
    result = await hass.config_entries.options.async_init(entry.entry_id)
    result = await hass.config_entries.options.async_configure(result["flow_id"], {"next_step_id": "hours"})
    assert suggested(result, "windows") == [window | {"season_from": "11-15", "season_until": "01-10"}]
    result = await submit(hass, result["flow_id"], {})
    assert entry.options == {"hours": {"windows": []}}


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("energy", {"limit_wh": 500, "reset_hour": 12, "dim": 20}),
        ("energy", {"reset_hour": 6}),
        ("relays", {"min_on": 5, "min_off": 3, "max_daily_cycles": 0}),
        ("relays", {}),
        ("quiet", {"minutes": 0}),
        ("quiet", {"minutes": 5, "effect": "Rainbow"}),
        ("flashes", {"grouping": "device"}),
    ],
)
async def test_a_page_is_kept_beside_the_others(
    hass: HomeAssistant, entry: MockConfigEntry, page: str, said: dict[str, Any]
) -> None:
    result = await submit(hass, await open_page(hass, entry, "hours"), {"windows": []})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    result = await submit(hass, await open_page(hass, entry, page), said)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"hours": {"windows": []}, page: said}
    HouseOptions.read(entry.options)
    await wait_until(lambda: is_linked(hass))


async def test_what_shines_in_quiet_times_must_be_one_and_calm(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    scene = entity_registry.async_get_or_create("scene", "test", "evening")
    flow_id = await open_page(hass, entry, "quiet")
    result = await submit(hass, flow_id, {"minutes": 5, "effect": "Strobe"})
    assert result["errors"] == {"effect": "unsafe_effect"}
    result = await submit(hass, flow_id, {"minutes": 5, "effect": "Rainbow", "scene": scene.entity_id})
    assert result["errors"] == {"effect": "scene_or_effect"}
    result = await submit(hass, flow_id, {"minutes": 5, "scene": scene.entity_id})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["quiet"] == {"minutes": 5, "scene": scene.id}
    await wait_until(lambda: is_linked(hass))


async def test_options_that_nobody_understands_stop_the_house(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    hass.config_entries.async_update_entry(entry, options={"hours": {"windows": [{"from": "dawn", "until": "22:00"}]}})
    await hass.async_block_till_done()
    assert entry.state.value == "setup_error"
    assert entry.error_reason_translation_key == "invalid_options"
    await wait_until(lambda: not server.sids)
