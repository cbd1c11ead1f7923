"""Presets: saved, loaded, deleted; missing ones are told as the firmware does."""

import pytest

from smartpixels_simulator.wled import WledConfig, WledController
from tests.simulator.conftest import TurnedClock


@pytest.fixture
def device(clock: TurnedClock) -> WledController:
    device = WledController(WledConfig(name="Test", leds=8), clock=clock)
    device.change({"bri": 200, "seg": {"col": ["FF0000"], "fx": 9}})
    device.change({"psave": 3, "n": "Red rainbow", "ib": True, "sb": True})
    device.change({"bri": 20, "seg": {"col": ["0000FF"], "fx": 0}})
    return device


def test_a_missing_preset_is_an_error_told_once(device: WledController) -> None:
    device.change({"ps": 9})
    assert device.state_json()["error"] == 12
    assert "error" not in device.state_json()
    assert device.state_json()["bri"] == 20


@pytest.mark.parametrize("wanted", [{"psave": 0}, {"psave": 251}, {"psave": "x"}, {"pdel": 9}, {"ps": -1}, {"ps": ""}])
def test_what_makes_no_sense_is_passed_over(device: WledController, wanted: dict[str, object]) -> None:
    before = device.presets_json()
    assert device.change(wanted) is False
    assert device.presets_json() == before


def test_a_preset_brings_the_light_back_and_shows_as_active(device: WledController) -> None:
    device.change({"ps": 3})
    state = device.state_json()
    assert (state["ps"], state["bri"], state["seg"][0]["fx"]) == (3, 200, 9)


def test_another_change_ends_the_preset(device: WledController) -> None:
    device.change({"ps": 3})
    device.change({"transition": 3})
    assert device.state_json()["ps"] == 3
    device.change({"bri": 7})
    assert device.state_json()["ps"] == -1


def test_a_preset_without_brightness_leaves_it(device: WledController) -> None:
    device.change({"psave": 4})
    device.change({"bri": 99, "on": False})
    device.change({"ps": 4})
    assert (device.state_json()["bri"], device.state_json()["on"]) == (99, False)
    assert device.presets_json()["4"]["n"] == "Preset 4"


def test_only_selected_segments_are_saved_when_asked(device: WledController) -> None:
    device.change({"seg": [{"stop": 4}, {"id": 1, "start": 4, "stop": 8, "sel": False}]})
    device.change({"psave": 5, "sc": True})
    assert [segment["id"] for segment in device.presets_json()["5"]["seg"]] == [0]


def test_a_request_can_be_saved_as_it_is(device: WledController) -> None:
    device.change({"psave": 6, "o": True, "n": "Off", "on": False})
    assert device.presets_json()["6"] == {"n": "Off", "on": False}


def test_presets_cycle_and_survive_a_reboot(device: WledController) -> None:
    device.change({"psave": 4})
    for expected in (3, 4, 3):
        device.change({"ps": "3~4~"})
        assert device.state_json()["ps"] == expected
    device.reboot()
    assert set(device.presets_json()) == {"0", "3", "4"}
    assert device.state_json()["ps"] == -1


def test_a_deleted_preset_is_gone(device: WledController) -> None:
    device.change({"pdel": 3})
    assert device.presets_json() == {"0": {}}
