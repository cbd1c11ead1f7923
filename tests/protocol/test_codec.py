"""The codec is strict, and what it encodes it decodes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartpixels_server.protocol.codec import ack, decode, encode, refusal
from smartpixels_server.protocol.errors import ErrorCode, MalformedMessage
from smartpixels_server.protocol.messages import (
    Action,
    ActionType,
    Catalog,
    DeviceState,
    SetColor,
    SharingState,
    TurnOn,
    action_type,
)
from smartpixels_server.protocol.version import MIN_PROTOCOL_VERSION, PROTOCOL_VERSION, is_compatible

STATE: dict[str, Any] = {"device_id": "tree", "seq": 1, "available": True}
CHANNEL = st.integers(0, 255)
STATES = st.builds(
    DeviceState,
    device_id=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    seq=st.integers(0, 2**53),
    available=st.booleans(),
    reason=st.none() | st.text(max_size=200),
    on=st.none() | st.booleans(),
    brightness=st.none() | st.integers(1, 255),
    rgb=st.none() | st.tuples(CHANNEL, CHANNEL, CHANNEL),
    kelvin=st.none() | st.integers(1000, 12000),
    effect=st.none() | st.text(min_size=1, max_size=64),
)


@given(state=STATES)
@settings(max_examples=100, deadline=None)
def test_what_is_encoded_decodes(state: DeviceState) -> None:
    assert decode(DeviceState, json.loads(json.dumps(encode(state)))) == state


def test_unknown_fields_are_ignored_and_missing_ones_stay_missing() -> None:
    state = decode(DeviceState, {**STATE, "future": {"x": 1}})
    assert encode(state) == STATE


@pytest.mark.parametrize(
    "change",
    [
        {"seq": "1"},
        {"seq": 1.0},
        {"seq": True},
        {"seq": -1},
        {"available": 1},
        {"available": "true"},
        {"device_id": "light.tree"},
        {"device_id": ""},
        {"device_id": "x" * 65},
        {"device_id": "tree\n"},
        {"rgb": [255, 0]},
        {"rgb": [255, 0, 0, 0]},
        {"rgb": [255, 0, -1]},
        {"rgb": "red"},
        {"brightness": 0},
        {"brightness": 256},
        {"kelvin": 999},
        {"effect": ""},
        {"reason": "x" * 201},
        {"command_id": "short"},
    ],
)
def test_nothing_is_coerced_or_stretched(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedMessage):
        decode(DeviceState, {**STATE, **change})


@pytest.mark.parametrize("payload", [None, [], "", 0, True, {}, [STATE]])
def test_what_is_no_message(payload: Any) -> None:
    with pytest.raises(MalformedMessage):
        decode(DeviceState, payload)


@pytest.mark.parametrize("time", ["2026-12-06T17:00:00", "2026-12-06", "now", 1796576400])
def test_times_need_a_zone(time: Any) -> None:
    with pytest.raises(MalformedMessage):
        decode(SharingState, {"mode": "open", "next_change": time})


def test_times_are_encoded_in_utc() -> None:
    state = decode(SharingState, {"mode": "paused", "next_change": "2026-12-06T18:00:00+01:00"})
    assert state.next_change == datetime(2026, 12, 6, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "action",
    [
        {"type": "set_color"},
        {"type": "set_color", "rgb": [1, 2, 3], "kelvin": 3000},
        {"type": "paint", "ranges": []},
        {"type": "paint", "ranges": [{"start": 3, "stop": 3, "rgb": [1, 2, 3]}]},
        {"type": "paint", "ranges": [{"start": 0, "stop": 1, "rgb": [1, 2, 3]}] * 257},
        {"type": "reboot"},
        {"rgb": [1, 2, 3]},
    ],
)
def test_actions_that_are_none(action: dict[str, Any]) -> None:
    with pytest.raises(MalformedMessage):
        decode(Action, action)  # type: ignore[arg-type]


def test_actions_are_told_apart_by_their_type() -> None:
    assert action_type(TurnOn()) is ActionType.TURN_ON
    assert action_type(SetColor(kelvin=3000)) is ActionType.SET_COLOR


def test_a_catalog_has_an_end() -> None:
    device = {"device_id": "tree", "kind": "light", "name": {"en": "Tree"}, "actions": []}
    with pytest.raises(MalformedMessage):
        decode(Catalog, {"revision": 1, "devices": [device] * 201, "sharing": {"mode": "open"}})


def test_acknowledgements() -> None:
    assert ack() == {"ok": True}
    assert ack(TurnOn()) == {"ok": True, "type": "turn_on"}
    assert refusal(ErrorCode.PAUSED, "Dinner") == {"ok": False, "error": {"code": "paused", "message": "Dinner"}}
    assert refusal(ErrorCode.BUSY, "", retry_after_ms=5)["error"]["retry_after_ms"] == 5


def test_versions_in_common() -> None:
    assert is_compatible(PROTOCOL_VERSION, MIN_PROTOCOL_VERSION)
    assert is_compatible(PROTOCOL_VERSION + 5, PROTOCOL_VERSION)
    assert not is_compatible(PROTOCOL_VERSION + 1, PROTOCOL_VERSION + 1)
    assert not is_compatible(MIN_PROTOCOL_VERSION - 1, MIN_PROTOCOL_VERSION - 1)
