"""How a request changes the state: bad input first, then what the firmware's API promises."""

import random
from typing import Any

import pytest

from smartpixels_simulator.wled.catalog import EFFECTS, effect_data, effect_id
from smartpixels_simulator.wled.palettes import PALETTES
from smartpixels_simulator.wled.state import State


def changed(*requests: dict[str, Any], leds: int = 30, rgbw: bool = False) -> dict[str, Any]:
    state = State(leds=leds, rgbw=rgbw)
    for wanted in requests:
        state.change(wanted, now=0.0)
    return state.to_json(0.0)


def segment(*requests: dict[str, Any], **options: Any) -> dict[str, Any]:
    report: dict[str, Any] = changed(*requests, **options)["seg"][0]
    return report


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"on": "no", "bri": "bright", "transition": -1, "nl": 5, "udpn": [], "seg": 7, "mainseg": 9, "lor": None},
        {"bri": -3},
        {"bri": True},
        {"bri": 1.5},
        {"bri": "~x"},
        {"seg": {"id": -1, "fx": 9}},
        {"seg": {"id": 99, "stop": 5}},
        {"seg": {"id": 4, "fx": 9}},
        {"seg": [None, "x", 5]},
        {"seg": {"fx": len(EFFECTS)}},
        {"seg": {"fx": -1, "sx": [], "ix": {}, "pal": None, "col": "FF0000", "i": "FF0000", "frz": 3, "n": 4}},
        {"seg": {"col": [[], "FF", "GGGGGG", None]}},
        {"seg": {"start": "a", "stop": None, "len": -4, "grp": 0, "spc": -1, "of": "x"}},
    ],
)
def test_what_makes_no_sense_changes_nothing(wanted: dict[str, Any]) -> None:
    assert changed(wanted) == changed()


def test_a_device_starts_as_the_firmware_does() -> None:
    state = changed()
    assert (state["on"], state["bri"], state["transition"], state["ps"], state["pl"]) == (True, 128, 7, -1, -1)
    assert state["seg"][0]["col"] == [[255, 160, 0], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("requests", "on", "brightness"),
    [
        ([{"on": False}], False, 128),
        ([{"on": "t"}], False, 128),
        ([{"on": "t"}, {"on": "t"}], True, 128),
        ([{"bri": 0}], False, 128),
        ([{"bri": 300}], True, 255),
        ([{"on": False}, {"bri": 40}], True, 40),
        ([{"on": False}, {"on": "t", "bri": 40}], True, 40),
        ([{"on": False, "bri": 40}], False, 40),
        ([{"bri": "~10"}], True, 138),
        ([{"bri": "~-200"}], False, 128),
        ([{"bri": "~200"}], True, 255),
        ([{"bri": 255}, {"bri": "w~10"}], False, 255),
    ],
)
def test_light(requests: list[dict[str, Any]], *, on: bool, brightness: int) -> None:
    state = changed(*requests)
    assert (state["on"], state["bri"]) == (on, brightness)


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ([255, 0, 0], [255, 0, 0]),
        ([7], [7, 0, 0]),
        ([1, 2, 3, 4], [1, 2, 3]),
        ([900, -5, 0], [255, 0, 0]),
        ("00ff7F", [0, 255, 127]),
        ("00FF7F80", [0, 255, 127]),
        ({"b": 9}, [255, 160, 9]),
        (0, [0, 0, 0]),
    ],
)
def test_color(color: Any, expected: list[int]) -> None:
    assert segment({"seg": {"col": [color]}})["col"][0] == expected


def test_only_the_colors_that_are_named_change() -> None:
    assert segment({"seg": {"col": [[], [1, 2, 3]]}})["col"] == [[255, 160, 0], [1, 2, 3], [0, 0, 0]]


def test_a_warm_white_is_redder_than_a_cold_one() -> None:
    warm, cold = (segment({"seg": {"col": [kelvin]}})["col"][0] for kelvin in (2400, 9000))
    assert warm[0] > warm[2]
    assert cold[0] < cold[2]


def test_random_color_and_effect() -> None:
    random.seed(4)
    report = segment({"seg": {"col": ["r"], "fx": "r"}})
    assert 255 in report["col"][0]
    assert EFFECTS[report["fx"]] != "RSVD"


def test_a_strip_with_white_reports_four_channels() -> None:
    report = segment({"seg": {"col": ["01020304"]}}, rgbw=True)
    assert report["col"][0] == [1, 2, 3, 4]
    assert report["lc"] == 3


@pytest.mark.parametrize(
    ("wanted", "key", "expected"),
    [
        ({"fx": 9}, "fx", 9),
        ({"fx": "~"}, "fx", 1),
        ({"fx": "~-"}, "fx", len(EFFECTS) - 1),
        ({"fx": 53}, "fx", 54),
        ({"pal": 11}, "pal", 11),
        ({"pal": 200}, "pal", 0),
        ({"pal": "3~7~"}, "pal", 3),
        ({"sx": "~10"}, "sx", 138),
        ({"ix": "~-10"}, "ix", 118),
        ({"c3": 99}, "c3", 31),
        ({"rev": True}, "rev", True),
        ({"rev": "t"}, "rev", True),
        ({"sel": False}, "sel", False),
        ({"bri": 0}, "on", False),
        ({"on": False}, "on", False),
        ({"n": "Roof"}, "n", "Roof"),
        ({"cct": 200}, "cct", 200),
        ({"start": 5, "len": 10}, "stop", 15),
        ({"start": 5, "stop": 900}, "stop", 30),
        ({"of": -1}, "of", 29),
    ],
)
def test_segment(wanted: dict[str, Any], key: str, expected: Any) -> None:
    assert segment({"seg": wanted})[key] == expected


def test_an_object_without_id_goes_to_the_selected_segments() -> None:
    state = changed(
        {"seg": [{"stop": 10}, {"start": 10, "stop": 20}, {"start": 20, "stop": 30, "sel": False}]},
        {"seg": {"fx": 9}},
    )
    assert [(part["id"], part["fx"]) for part in state["seg"]] == [(0, 9), (1, 9), (2, 0)]


def test_an_object_with_id_goes_to_that_segment() -> None:
    state = changed({"seg": [{"stop": 10}, {"start": 10, "stop": 20}]}, {"seg": {"id": 1, "fx": 9}})
    assert [part["fx"] for part in state["seg"]] == [0, 9]


def test_a_list_goes_by_position_unless_it_names_ids() -> None:
    state = changed({"seg": [{"stop": 10}, {"start": 10, "stop": 20}]}, {"seg": [{"fx": 3}, {"id": 1, "fx": 9}]})
    assert [part["fx"] for part in state["seg"]] == [3, 9]


def test_a_segment_is_deleted_by_stop_0_and_the_main_one_moves() -> None:
    state = changed(
        {"seg": [{"stop": 10}, {"start": 10, "stop": 20}], "mainseg": 1},
        {"seg": {"id": 1, "stop": 0}},
    )
    assert [part["id"] for part in state["seg"]] == [0]
    assert state["mainseg"] == 0


def test_the_last_segment_stays() -> None:
    assert segment({"seg": {"id": 0, "stop": 0}})["stop"] == 30


def test_painting_freezes_and_switching_on_thaws() -> None:
    painted = {"seg": {"i": ["FF0000"]}}
    assert segment(painted)["frz"] is True
    assert segment(painted, {"on": False}, {"on": True})["frz"] is False


def test_sync_nightlight_and_override_are_kept() -> None:
    state = changed({"udpn": {"send": True, "rgrp": 0}, "nl": {"on": True, "dur": 2, "mode": 9, "tbri": 5}, "lor": 1})
    assert state["udpn"] == {"send": True, "sgrp": 1, "rgrp": 0, "recv": False}
    assert state["nl"] == {"on": True, "dur": 2, "mode": 3, "tbri": 5, "rem": 120}
    assert state["lor"] == 1


def test_effects_and_palettes_have_the_ids_of_the_firmware() -> None:
    names = ("Solid", "Blink", "Rainbow", "Scanner", "Chase 3", "Fire 2012", "Meteor", "Percent", "Dynamic Smooth")
    assert [effect_id(name) for name in names] == [0, 1, 9, 40, 54, 66, 76, 98, 117]
    assert [PALETTES.index(name) for name in ("Party", "Rainbow", "Fire", "Aurora", "Traffic Light")] == [
        6,
        11,
        35,
        50,
        71,
    ]
    assert len(effect_data()) == len(EFFECTS)
