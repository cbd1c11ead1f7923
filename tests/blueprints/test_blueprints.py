"""What each blueprint does, told by what it asks Home Assistant for."""

from typing import Any

import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_START
from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.blueprints.conftest import Pass, Use, settle

MODE = "select.house_sharing_mode"
VIEWERS = "sensor.house_viewers"
COMMANDS = "sensor.house_commands_today"
LAMP = "light.tree"


def asked(calls: list[ServiceCall]) -> list[dict[str, Any]]:
    return [dict(call.data) for call in calls]


async def become(hass: HomeAssistant, entity_id: str, state: object, **attributes: Any) -> None:
    hass.states.async_set(entity_id, str(state), attributes)
    await settle()


# Open at sunset ----------------------------------------------------------------------------------------------------


async def test_it_opens_at_sunset_and_closes_at_night(hass: HomeAssistant, use: Use, pass_time: Pass) -> None:
    calls = async_mock_service(hass, "select", "select_option")
    await use("open_at_sunset", sharing_mode=MODE, closing_time="22:00:00")
    await pass_time("2026-12-05 15:20:00+01:00")
    assert not calls
    await pass_time("2026-12-05 15:30:00+01:00")  # The sun sets at 15:25.
    assert asked(calls) == [{"entity_id": [MODE], "option": "open"}]
    await pass_time("2026-12-05 22:00:01+01:00")
    assert asked(calls)[1:] == [{"entity_id": [MODE], "option": "closed"}]


async def test_it_opens_before_sunset_and_lets_people_look_at_night(
    hass: HomeAssistant, use: Use, pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "select", "select_option")
    offset = {"hours": 0, "minutes": -15, "seconds": 0}
    await use("open_at_sunset", sharing_mode=MODE, sunset_offset=offset, night_mode="view_only")
    await pass_time("2026-12-05 15:15:00+01:00")
    await pass_time("2026-12-05 22:30:01+01:00")
    assert [call["option"] for call in asked(calls)] == ["open", "view_only"]


# Dim for the neighbors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cap", "highest", "expected"),
    [("number.house_brightness_cap", 255, [76, 255]), ("input_number.cap", 100, [30, 100])],
)
async def test_it_dims_for_the_night_and_lifts_the_cap_in_the_morning(
    hass: HomeAssistant, use: Use, pass_time: Pass, cap: str, highest: int, expected: list[float]
) -> None:
    calls = async_mock_service(hass, cap.partition(".")[0], "set_value")
    await become(hass, cap, highest, min=1, max=highest)
    await use("dim_for_the_neighbors", brightness_cap=cap)
    await pass_time("2026-12-05 21:00:01+01:00")
    await pass_time("2026-12-06 07:00:01+01:00")
    assert asked(calls) == [{"entity_id": [cap], "value": value} for value in expected]


# Welcome -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def greeting(hass: HomeAssistant, use: Use) -> dict[str, list[ServiceCall]]:
    calls = {
        "fade": async_mock_service(hass, "light", "turn_on"),
        "keep": async_mock_service(hass, "scene", "create"),
        "restore": async_mock_service(hass, "scene", "turn_on"),
    }
    await become(hass, VIEWERS, 0)
    await become(hass, COMMANDS, 5)
    await use("welcome_first_viewer", viewers=VIEWERS, commands=COMMANDS, light=LAMP)
    return calls


async def test_the_first_viewer_is_greeted_by_one_slow_fade(
    hass: HomeAssistant, greeting: dict[str, list[ServiceCall]], pass_time: Pass
) -> None:
    await become(hass, VIEWERS, 1)
    assert asked(greeting["keep"]) == [{"scene_id": "smartpixels_before_welcome", "snapshot_entities": LAMP}]
    assert asked(greeting["fade"]) == [{"entity_id": [LAMP], "rgb_color": [255, 160, 60], "transition": 4}]
    await pass_time(seconds=5)
    await pass_time(seconds=11)
    assert asked(greeting["restore"]) == [{"entity_id": ["scene.smartpixels_before_welcome"], "transition": 4}]


async def test_the_second_viewer_is_not_greeted(hass: HomeAssistant, greeting: dict[str, list[ServiceCall]]) -> None:
    await become(hass, VIEWERS, 1)
    await become(hass, VIEWERS, 2)
    assert len(greeting["fade"]) == 1


async def test_a_viewer_who_acts_keeps_the_light(
    hass: HomeAssistant, greeting: dict[str, list[ServiceCall]], pass_time: Pass
) -> None:
    await become(hass, VIEWERS, 1)
    await become(hass, COMMANDS, 6)
    await pass_time(seconds=5)
    await pass_time(seconds=11)
    assert not greeting["restore"]


async def test_coming_and_going_is_greeted_only_after_a_rest(
    hass: HomeAssistant, greeting: dict[str, list[ServiceCall]], pass_time: Pass
) -> None:
    for seconds in (5, 11, 60):
        await become(hass, VIEWERS, 1)
        await pass_time(seconds=seconds)
        await become(hass, VIEWERS, 0)
    assert len(greeting["fade"]) == 1
    await pass_time(minutes=15)
    await become(hass, VIEWERS, 1)
    assert len(greeting["fade"]) == 2


# Celebrate ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def celebration(hass: HomeAssistant, use: Use) -> dict[str, list[ServiceCall]]:
    calls = {
        "line": async_mock_service(hass, "smartpixels", "announce"),
        "scene": async_mock_service(hass, "scene", "turn_on"),
    }
    await become(hass, COMMANDS, 98)
    bubbles = [{"action": "scene.turn_on", "target": {"entity_id": "scene.bubbles"}}]
    await use("celebrate_commands", location="entry-1", commands=COMMANDS, celebration=bubbles)
    return calls


async def test_every_hundredth_command_is_celebrated(
    hass: HomeAssistant, celebration: dict[str, list[ServiceCall]], pass_time: Pass
) -> None:
    await become(hass, COMMANDS, 99)
    assert not celebration["line"]
    # Several commands may come between two reports.
    await become(hass, COMMANDS, 102)
    assert asked(celebration["scene"]) == [{"entity_id": ["scene.bubbles"]}]
    line = {"config_entry_id": "entry-1", "text": "100 commands today! Thank you!"}
    assert asked(celebration["line"]) == [line]
    await become(hass, COMMANDS, 103)
    await pass_time(minutes=1, seconds=1)
    assert asked(celebration["line"]) == [line, {"config_entry_id": "entry-1", "text": ""}]
    await become(hass, COMMANDS, 200)
    assert len(celebration["scene"]) == 2


@pytest.mark.parametrize("states", [(0,), ("unavailable", 350), ("unknown", 0)])
async def test_midnight_and_restarts_are_not_celebrated(
    hass: HomeAssistant, celebration: dict[str, list[ServiceCall]], states: tuple[object, ...]
) -> None:
    for state in states:
        await become(hass, COMMANDS, state)
    assert not celebration["scene"]


# Pause -------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def pauses(hass: HomeAssistant, use: Use) -> list[str]:
    happened: list[str] = []
    hass.services.async_register("smartpixels", "pause", lambda call: happened.append(f"pause: {call.data['reason']}"))
    hass.services.async_register("smartpixels", "resume", lambda _: happened.append("resume"))
    await become(hass, "person.owner", "not_home")
    await become(hass, "binary_sensor.door", "off")
    await use("pause_while_home", location="entry-1", somebody=["person.owner", "binary_sensor.door"])
    return happened


@pytest.mark.parametrize(
    ("entity_id", "there", "gone"), [("person.owner", "home", "work"), ("binary_sensor.door", "on", "off")]
)
async def test_it_pauses_while_somebody_is_there(
    hass: HomeAssistant, pauses: list[str], pass_time: Pass, entity_id: str, there: str, gone: str
) -> None:
    await become(hass, entity_id, there)
    assert pauses == ["pause: The owner is there"]
    await pass_time(hours=2)
    await become(hass, entity_id, gone)
    await pass_time(minutes=9)
    assert len(pauses) == 1
    await pass_time(minutes=2)
    assert pauses[1:] == ["resume"]


async def test_who_comes_back_in_the_quiet_time_starts_it_anew(
    hass: HomeAssistant, pauses: list[str], pass_time: Pass
) -> None:
    await become(hass, "person.owner", "home")
    await become(hass, "person.owner", "not_home")
    await pass_time(minutes=9)
    await become(hass, "binary_sensor.door", "on")
    await become(hass, "binary_sensor.door", "off")
    await pass_time(minutes=9)
    assert len(pauses) == 1
    await pass_time(minutes=2)
    assert pauses[1:] == ["resume"]


async def test_a_restart_with_the_owner_at_home_pauses_again(hass: HomeAssistant, use: Use) -> None:
    paused = async_mock_service(hass, "smartpixels", "pause")
    await become(hass, "person.owner", "home")
    await use("pause_while_home", location="entry-1", somebody=["person.owner"])
    assert not paused
    hass.bus.async_fire(EVENT_HOMEASSISTANT_START)
    await become(hass, "person.owner", "not_home")
    await become(hass, "person.owner", "home")
    assert len(paused) == 1


# Trouble -----------------------------------------------------------------------------------------------------------

TROUBLE = [
    ("binary_sensor.printer_paper_low", "off", "on"),
    ("binary_sensor.printer_online", "on", "off"),
]


@pytest.fixture
async def messages(hass: HomeAssistant, use: Use) -> list[ServiceCall]:
    calls = async_mock_service(hass, "notify", "send_message")
    for entity_id, well, _ in TROUBLE:
        await become(hass, entity_id, well, friendly_name=entity_id)
    await use(
        "trouble_to_phone",
        problems=["binary_sensor.printer_paper_low"],
        connections=["binary_sensor.printer_online"],
        phone=["notify.my_phone"],
    )
    return calls


@pytest.mark.parametrize(("entity_id", "well", "trouble"), TROUBLE)
async def test_trouble_and_its_end_are_told(
    hass: HomeAssistant, messages: list[ServiceCall], pass_time: Pass, entity_id: str, well: str, trouble: str
) -> None:
    for state in (trouble, well):
        await become(hass, entity_id, state, friendly_name=entity_id)
        await pass_time(minutes=2, seconds=1)
    assert [call["entity_id"] for call in asked(messages)] == [["notify.my_phone"]] * 2
    assert [call["message"] for call in asked(messages)] == [
        f"{entity_id}: please look after it.",
        f"{entity_id}: all is well again.",
    ]


async def test_a_hiccup_is_not_told(hass: HomeAssistant, messages: list[ServiceCall], pass_time: Pass) -> None:
    entity_id, well, trouble = TROUBLE[1]
    await become(hass, entity_id, trouble)
    await pass_time(seconds=30)
    await become(hass, entity_id, well)
    await pass_time(seconds=60)
    assert not messages


# Camera light ------------------------------------------------------------------------------------------------------


@pytest.fixture
def switched(hass: HomeAssistant) -> list[str]:
    happened: list[str] = []
    for service in ("turn_on", "turn_off"):
        hass.services.async_register(
            "homeassistant", service, lambda call: happened.append(f"{call.service} {call.data['entity_id']}")
        )
    return happened


ON, OFF = f"turn_on ['{LAMP}']", f"turn_off ['{LAMP}']"


async def test_the_light_burns_while_somebody_watches(
    hass: HomeAssistant, use: Use, pass_time: Pass, switched: list[str]
) -> None:
    await become(hass, "sun.sun", "below_horizon")
    await become(hass, VIEWERS, 0)
    await use("camera_light_while_watched", viewers=VIEWERS, lamp={"entity_id": LAMP})
    await become(hass, VIEWERS, 2)
    assert switched == [ON]
    await become(hass, VIEWERS, 0)
    await pass_time(minutes=2)
    assert switched == [ON]
    await pass_time(minutes=2)
    assert switched == [ON, OFF]


async def test_the_light_goes_off_when_the_link_is_lost(
    hass: HomeAssistant, use: Use, pass_time: Pass, switched: list[str]
) -> None:
    await become(hass, "sun.sun", "below_horizon")
    await become(hass, VIEWERS, 0)
    await use("camera_light_while_watched", viewers=VIEWERS, lamp={"entity_id": LAMP})
    await become(hass, VIEWERS, 2)
    await become(hass, VIEWERS, "unknown")
    await pass_time(minutes=4)
    assert switched == [ON, OFF]


async def test_by_day_the_light_waits_for_sunset(
    hass: HomeAssistant, use: Use, pass_time: Pass, switched: list[str]
) -> None:
    await become(hass, "sun.sun", "above_horizon")
    await become(hass, VIEWERS, 0)
    await use("camera_light_while_watched", viewers=VIEWERS, lamp={"entity_id": LAMP})
    await become(hass, VIEWERS, 2)
    assert not switched
    await pass_time("2026-12-05 15:30:00+01:00")
    assert switched == [ON]
