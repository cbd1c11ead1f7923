"""What a hostile server may send: everything that it should not, and wishes that look good."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

EXPOSED = ("tree-subentry", "fountain-subentry")
PRIVATE = ("bedroom-subentry", "light.bedroom", "lock.front_door", "switch.heating", "all", "homeassistant", "../../x")

SMUGGLED = (
    "homeassistant.restart",
    "lock.unlock",
    "{{ states('lock.front_door') }}",
    "Solid'; service: lock.unlock",
    "<script>alert(1)</script>",
    "!include secrets.yaml",
    "\u202egnihtemos",
    "\x00",
)
SMUGGLED_FIELDS = {
    "entity_id": "lock.front_door",
    "service": "lock.unlock",
    "domain": "lock",
    "target": {"entity_id": "all"},
    "context": {"user_id": "owner"},
}

words = st.sampled_from(SMUGGLED) | st.text(max_size=80)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
).filter(lambda value: value == value)  # noqa: PLR0124 - JSON has no NaN

levels = st.integers(0, 255)
rgbs = st.sampled_from([(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 0, 255)]) | st.tuples(levels, levels, levels)


def _action(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


flashing_actions = st.one_of(
    _action("turn_on"),
    _action("turn_off"),
    _action("set_color", rgb=rgbs),
    _action("set_brightness", brightness=st.integers(1, 255)),
)
other_actions = st.one_of(
    _action("set_color", kelvin=st.integers(1000, 12000)),
    _action("set_effect", effect=st.sampled_from(["Solid", "Rainbow", "Strobe", "Strobe Mega", "Lightning"]) | words),
    _action("set_effect", effect=st.just("Rainbow"), palette=words, speed=levels, intensity=levels),
    _action("paint", ranges=st.just([{"start": 0, "stop": 4096, "rgb": [255, 255, 255]}])),
    _action("play_scene"),
    _action("press"),
    _action("unlock"),
    st.dictionaries(words, json_values, max_size=3),
)
viewers = st.fixed_dictionaries(
    {"viewer_id": st.sampled_from(["viewer-1", "viewer-2", "owner"]), "handle": words},
    optional={"has_turn": st.booleans(), "on_site": st.booleans()},
)
moments = st.sampled_from([-1, 5, 5, 5, 5, 10**9]).map(
    lambda seconds: (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
)
command_ids = st.uuids().map(str) | st.sampled_from(["replayed-1", "replayed-2"])


def _commands(
    device_ids: tuple[str, ...], actions: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "command_id": command_ids,
            "device_id": st.sampled_from(device_ids),
            "action": actions,
            "viewer": viewers,
            "expires_at": moments,
        },
        optional={key: st.just(value) for key, value in SMUGGLED_FIELDS.items()},
    )


good_looking = _commands(EXPOSED, flashing_actions | other_actions)
forbidden = _commands(PRIVATE, flashing_actions | other_actions)
disfigured = st.builds(
    lambda command, key, value: command | {key: value},
    good_looking,
    st.sampled_from(["command_id", "device_id", "action", "viewer", "expires_at"]),
    json_values,
)

type Frame = tuple[str, Any]
"""An event with its payload; the event "raw" is any text as an Engine.IO message."""

commands = st.tuples(st.just("device_command"), good_looking | forbidden | disfigured)
frames: st.SearchStrategy[Frame] = st.one_of(
    commands,
    commands,
    st.tuples(st.sampled_from(["device_command", "audience", "goodbye"]), json_values | st.binary(max_size=40)),
    st.tuples(
        st.sampled_from(["hello", "catalog", "device_state", "sharing_state", "announcement", "print_job"]), json_values
    ),
    st.tuples(st.sampled_from(["call_service", "*", ""]) | words, json_values),
    st.tuples(st.just("audience"), st.fixed_dictionaries({"watching": st.integers(), "acting": st.integers()})),
    st.tuples(st.just("device_command"), st.integers(1_000, 50_000).map(lambda size: {"padding": "x" * size})),
    st.tuples(st.just("catalog"), st.integers(1, 500).map(lambda size: {"devices": [{"device_id": "x"}] * size})),
)
cuts: st.SearchStrategy[Frame] = st.one_of(
    st.tuples(st.sampled_from(["connect", "disconnect", "connect_error"]), json_values),
    st.tuples(
        st.just("raw"), st.sampled_from(["2/location,[]", "2/location,{", "9", "51-/location,[1]", "3/location,7[]"])
    ),
    st.tuples(st.just("catalog"), st.just("x" * 100_000)),
)
"""Frames that may cost the connection, and nothing else."""

attacks = st.builds(
    lambda before, cut, after: [*before, *cut, *after],
    st.lists(frames, min_size=10, max_size=40),
    st.lists(cuts, max_size=1),
    st.lists(frames, max_size=5),
)
bursts = st.lists(_commands(EXPOSED, flashing_actions), min_size=30, max_size=120)
