"""All house rules at once: what a wish is answered, and what then reaches the devices."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.smartpixels.house.bans import MOST_BANS
from custom_components.smartpixels.house.limits import DeviceLimits, RelayLimits
from custom_components.smartpixels.house.modes import ModeReason
from custom_components.smartpixels.house.reading import ConfigurationError
from custom_components.smartpixels.house.settings import HouseSettings
from custom_components.smartpixels.house.verdicts import Apply, Hold, Instant, Refuse, Rule, Wish
from custom_components.smartpixels.protocol.errors import ErrorCode
from custom_components.smartpixels.protocol.messages import (
    Action,
    DeviceState,
    Paint,
    PixelRange,
    PlayScene,
    Press,
    SetBrightness,
    SetColor,
    SetEffect,
    SharingMode,
    TurnOff,
    TurnOn,
)
from tests.house.driving import EVENING, Driver, drive

RED = SetColor(rgb=(255, 0, 0))
BLUE = SetColor(rgb=(0, 0, 255))
PAINT = Paint(ranges=(PixelRange(start=0, stop=9, rgb=(255, 0, 0)),))
EVERY_ACTION: list[Action] = [
    *(TurnOn(), TurnOff(), RED, SetBrightness(brightness=9), SetEffect(effect="Chase"), PAINT, PlayScene(), Press()),
]


def house(limits: DeviceLimits | None = None, **rules: Any) -> Driver:
    return drive({"tree": limits or DeviceLimits()}, HouseSettings.from_mapping(rules))


def wish(action: Action, *, viewer: str | None = None, name: str = "") -> Wish:
    return Wish("tree", action, viewer_id=viewer, command_id=name)


def report(driver: Driver, **fields: Any) -> None:
    state = DeviceState(device_id="tree", seq=1, available=True, **fields)
    driver.rules.observe(state, driver.instant)


def spend_energy(driver: Driver) -> None:
    driver.rules.power("tree", 1000, driver.instant)
    driver.wait(120)


# Who may act at all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", EVERY_ACTION)
@pytest.mark.parametrize(
    ("mode", "code"),
    [
        (SharingMode.VIEW_ONLY, ErrorCode.VIEW_ONLY),
        (SharingMode.PAUSED, ErrorCode.PAUSED),
        (SharingMode.CLOSED, ErrorCode.CLOSED),
    ],
)
def test_unless_it_is_open_nobody_does_anything(action: Action, mode: SharingMode, code: ErrorCode) -> None:
    driver = house()
    driver.rules.mode = mode
    assert driver.ask(wish(action)) == Refuse(code, Rule.MODE)


def test_outside_hours_it_says_when_to_come_back() -> None:
    driver = house(hours={"windows": [{"from": "20:00", "until": "22:00"}]})
    assert driver.ask(wish(TurnOff())) == Refuse(ErrorCode.CLOSED, Rule.MODE, 3600)
    driver.wait(3600)
    assert isinstance(driver.ask(wish(RED)), Apply)
    driver.wait(2 * 3600)
    assert driver.ask(wish(RED)) == Refuse(ErrorCode.CLOSED, Rule.MODE, 22 * 3600)
    assert driver.rules.effective_mode(driver.instant).reason is ModeReason.OUTSIDE_HOURS


def test_a_clock_that_goes_back_finds_the_hours_again() -> None:
    driver = house(hours={"windows": [{"from": "18:00", "until": "19:30"}]})
    assert driver.rules.effective_mode(Instant(EVENING + timedelta(hours=1), 0)).mode is SharingMode.CLOSED
    assert driver.rules.effective_mode(Instant(EVENING, 0)).mode is SharingMode.OPEN


def test_without_a_link_it_is_paused() -> None:
    driver = house()
    driver.rules.linked = False
    assert driver.ask(wish(RED)) == Refuse(ErrorCode.PAUSED, Rule.MODE)


def test_what_is_not_exposed_does_not_exist() -> None:
    driver = house()
    assert driver.ask(Wish("door", TurnOff())) == Refuse(ErrorCode.NOT_EXPOSED, Rule.EXPOSURE)
    assert driver.rules.release("door", driver.instant) is None
    assert driver.rules.drop("door") == ()
    assert driver.rules.relay_cycles("door", driver.instant) is None


def test_a_banned_viewer_acts_again_when_the_ban_is_over() -> None:
    driver = house()
    driver.rules.bans.add("rude", EVENING + timedelta(minutes=10))
    driver.rules.bans.add("ruder")
    assert driver.ask(wish(RED, viewer="rude")) == Refuse(ErrorCode.NOT_ALLOWED, Rule.BAN)
    assert isinstance(driver.ask(wish(RED, viewer="kind")), Apply)
    driver.wait(600)
    assert isinstance(driver.ask(wish(RED, viewer="rude")), Apply)
    assert driver.ask(wish(RED, viewer="ruder")) == Refuse(ErrorCode.NOT_ALLOWED, Rule.BAN)
    driver.rules.bans.lift("ruder")
    driver.wait(1)
    assert isinstance(driver.ask(wish(RED, viewer="ruder")), Apply)


def test_a_wish_that_came_too_late_is_never_done() -> None:
    driver = house()
    assert driver.ask(Wish("tree", RED, deadline=0)) == Refuse(ErrorCode.EXPIRED, Rule.EXPIRY)


# Milder, or not at all -----------------------------------------------------------------------------------------------


def test_strobes_are_refused() -> None:
    assert house().ask(wish(SetEffect(effect="Strobe"))) == Refuse(ErrorCode.NOT_ALLOWED, Rule.EFFECT)


@pytest.mark.parametrize("on", [True, False])
def test_a_strobe_of_the_owner_is_not_brought_back(*, on: bool) -> None:
    driver = house()
    report(driver, on=True, effect="Strobe", rgb=(255, 255, 255))
    report(driver, on=on, effect="Strobe" if on else None)
    driver.wait(2)
    assert driver.ask(wish(TurnOn())) == Refuse(ErrorCode.NOT_ALLOWED, Rule.EFFECT)
    assert driver.ask(wish(SetBrightness(brightness=9))) == Refuse(ErrorCode.NOT_ALLOWED, Rule.EFFECT)
    assert isinstance(driver.ask(wish(RED)), Apply)
    driver.wait(2)
    assert isinstance(driver.ask(wish(TurnOn())), Apply)


def test_colors_that_the_owner_does_not_want_are_refused() -> None:
    driver = house(DeviceLimits(colors=((255, 0, 0),)))
    assert driver.ask(wish(BLUE)) == Refuse(ErrorCode.NOT_ALLOWED, Rule.COLOR)
    assert isinstance(driver.ask(wish(RED)), Apply)


def test_effects_run_no_faster_than_is_safe() -> None:
    driver = house()
    assert driver.ask(wish(SetEffect(effect="Candle", speed=255))) == Apply(SetEffect(effect="Candle", speed=49))
    driver.wait(2)
    assert driver.ask(wish(SetEffect(effect="Solid"))) == Apply(SetEffect(effect="Solid"))


@pytest.mark.parametrize(
    ("action", "applied"),
    [
        (SetBrightness(brightness=200), Apply(SetBrightness(brightness=80))),
        (SetBrightness(brightness=20), Apply(SetBrightness(brightness=20))),
        (TurnOn(), Apply(TurnOn(), 80)),
        (RED, Apply(RED, 80)),
        (PAINT, Apply(PAINT, 80)),
        (SetEffect(effect="Breathe"), Apply(SetEffect(effect="Breathe"), 80)),
        (TurnOff(), Apply(TurnOff())),
        (PlayScene(), Apply(PlayScene())),
    ],
)
@pytest.mark.parametrize("where", ["device", "house", "number"])
def test_nothing_gets_brighter_than_the_lowest_cap(action: Action, applied: Apply, where: str) -> None:
    driver = house(
        DeviceLimits(max_brightness=80 if where == "device" else 90), max_brightness=80 if where == "house" else 100
    )
    driver.rules.max_brightness = 80 if where == "number" else driver.rules.max_brightness
    report(driver, on=True, brightness=255)
    driver.wait(5)
    assert driver.ask(wish(action)) == applied


def test_what_is_dim_enough_is_left_alone() -> None:
    driver = house(max_brightness=80)
    report(driver, on=True, brightness=70)
    driver.wait(5)
    assert driver.ask(wish(RED)) == Apply(RED)


# Energy --------------------------------------------------------------------------------------------------------------


def test_spent_energy_leaves_off_and_dimming() -> None:
    driver = house(energy={"limit_wh": 10})
    report(driver, on=True, brightness=100)
    spend_energy(driver)
    refused = driver.ask(wish(RED))
    assert isinstance(refused, Refuse)
    assert (refused.code, refused.rule) == (ErrorCode.RATE_LIMITED, Rule.ENERGY)
    assert refused.retry_after_s == (datetime(2026, 12, 6, 11, tzinfo=UTC) - driver.instant.wall).total_seconds()
    assert isinstance(driver.ask(wish(SetBrightness(brightness=100))), Refuse)
    assert isinstance(driver.ask(wish(SetBrightness(brightness=50))), Apply)
    assert isinstance(driver.ask(wish(TurnOff())), Apply)
    assert isinstance(driver.ask(wish(SetBrightness(brightness=20))), Refuse)
    assert driver.rules.effective_mode(driver.instant).reason is ModeReason.ENERGY_SPENT


def test_spent_energy_dims_when_the_owner_says_so() -> None:
    driver = house(energy={"limit_wh": 10, "dim_brightness": 20})
    report(driver, on=True, brightness=100)
    spend_energy(driver)
    assert driver.ask(wish(RED)) == Apply(RED, 20)
    driver.wait(2)
    assert driver.ask(wish(SetBrightness(brightness=200))) == Apply(SetBrightness(brightness=20))
    assert isinstance(driver.ask(wish(PlayScene())), Refuse)


def test_a_relay_cannot_be_dimmed() -> None:
    driver = house(DeviceLimits(relay=RelayLimits()), energy={"limit_wh": 10, "dim_brightness": 20})
    spend_energy(driver)
    assert isinstance(driver.ask(wish(TurnOn())), Refuse)
    assert isinstance(driver.ask(wish(TurnOff())), Apply)


def test_without_a_budget_nobody_counts() -> None:
    driver = house()
    driver.rules.power("tree", 5000, driver.instant)
    assert driver.rules.energy(driver.instant) is None


# Relays --------------------------------------------------------------------------------------------------------------


def test_a_relay_rests_even_from_off() -> None:
    driver = house(DeviceLimits(relay=RelayLimits(min_on_s=30, min_off_s=10, max_daily_cycles=1)))
    report(driver, on=False)
    driver.wait(60)
    assert driver.ask(wish(TurnOn())) == Apply(TurnOn())
    driver.wait(10)
    assert driver.ask(wish(TurnOff())) == Refuse(ErrorCode.RATE_LIMITED, Rule.RELAY_MIN_ON, 20)
    driver.wait(20)
    assert isinstance(driver.ask(wish(TurnOff())), Apply)
    driver.wait(5)
    assert driver.ask(wish(TurnOn())) == Refuse(ErrorCode.RATE_LIMITED, Rule.RELAY_MIN_OFF, 5)
    driver.wait(10)
    refused = driver.ask(wish(Press()))
    assert isinstance(refused, Refuse)
    assert refused.rule is Rule.RELAY_DAILY_CYCLES
    assert driver.rules.relay_cycles("tree", driver.instant) == 1


def test_a_pulse_wears_too_and_a_scene_does_not() -> None:
    driver = house(DeviceLimits(relay=RelayLimits()))
    assert isinstance(driver.ask(wish(PlayScene())), Apply)
    assert driver.rules.relay_cycles("tree", driver.instant) == 0
    driver.wait(2)
    assert isinstance(driver.ask(wish(Press())), Apply)
    assert driver.rules.relay_cycles("tree", driver.instant) == 1


# Spacing, and the newest wish wins -----------------------------------------------------------------------------------


def test_the_newest_wish_waits_and_the_others_are_superseded() -> None:
    driver = house(DeviceLimits(min_interval_ms=500))
    first, second, third = wish(RED, name="first"), wish(BLUE, name="second"), wish(RED, name="third")
    assert isinstance(driver.ask(first), Apply)
    driver.wait(0.1)
    assert driver.ask(second) == Hold(0.5, Rule.SPACING)
    verdict = driver.rules.judge(third, driver.instant)
    assert verdict.decision == Hold(0.5, Rule.SPACING)
    assert verdict.superseded == second
    driver.wait(1)
    assert [(time, each.command_id) for time, each, _ in driver.applied] == [(0, "first"), (0.5, "third")]
    assert driver.rules.release("tree", driver.instant) is None


def test_off_supersedes_what_waits() -> None:
    driver = house(DeviceLimits(min_interval_ms=500))
    driver.ask(wish(RED))
    held = wish(BLUE)
    driver.ask(held)
    verdict = driver.rules.judge(wish(TurnOff()), driver.instant)
    assert (verdict.decision, verdict.superseded) == (Apply(TurnOff()), held)
    assert driver.rules.release("tree", driver.instant) is None


def test_a_refused_wish_leaves_what_waits() -> None:
    driver = house(DeviceLimits(min_interval_ms=500))
    driver.ask(wish(RED))
    driver.ask(wish(BLUE, name="blue"))
    driver.ask(wish(SetEffect(effect="Strobe")))
    driver.wait(1)
    assert [each.command_id for _, each, _ in driver.applied] == ["", "blue"]


def test_what_would_wait_long_is_refused_with_the_time() -> None:
    driver = house(DeviceLimits(min_interval_ms=60_000))
    driver.ask(wish(RED))
    driver.wait(15)
    refused = driver.ask(wish(BLUE))
    assert refused == Refuse(ErrorCode.RATE_LIMITED, Rule.SPACING, 45)
    assert isinstance(refused, Refuse)
    assert refused.retry_after_ms == 45_000


def test_what_would_expire_while_it_waits_is_refused() -> None:
    driver = house(DeviceLimits(min_interval_ms=500))
    driver.ask(wish(RED))
    assert driver.ask(Wish("tree", BLUE, deadline=0.4)) == Refuse(ErrorCode.RATE_LIMITED, Rule.SPACING, 0.5)


def test_what_waits_is_judged_again_when_it_is_released() -> None:
    driver = house(DeviceLimits(min_interval_ms=500))
    driver.ask(wish(RED))
    held = wish(BLUE)
    driver.ask(held)
    assert driver.rules.release("tree", driver.instant) == (held, Hold(0.5, Rule.SPACING))
    driver.rules.mode = SharingMode.CLOSED
    assert driver.rules.release("tree", driver.instant) == (held, Refuse(ErrorCode.CLOSED, Rule.MODE))
    assert driver.rules.release("tree", driver.instant) is None


def test_a_wait_is_told_in_whole_milliseconds() -> None:
    assert Refuse(ErrorCode.CLOSED, Rule.MODE).retry_after_ms is None
    assert Refuse(ErrorCode.CLOSED, Rule.MODE, 0.0001).retry_after_ms == 1
    assert Refuse(ErrorCode.CLOSED, Rule.MODE, 1.0011).retry_after_ms == 1002


# Pause ---------------------------------------------------------------------------------------------------------------


def test_a_pause_drops_what_waits_and_ends_by_itself() -> None:
    driver = house(DeviceLimits(min_interval_ms=500))
    driver.ask(wish(RED))
    held = wish(BLUE)
    driver.rules.judge(held, driver.instant)
    assert driver.rules.pause(EVENING + timedelta(minutes=5)) == (held,)
    assert driver.ask(wish(RED)) == Refuse(ErrorCode.PAUSED, Rule.MODE, 300)
    driver.wait(300)
    assert isinstance(driver.ask(wish(RED)), Apply)


def test_a_pause_lasts_until_it_is_ended_and_keeps_the_owners_mode() -> None:
    driver = house()
    driver.rules.mode = SharingMode.VIEW_ONLY
    assert driver.rules.pause() == ()
    driver.wait(10 * 3600)
    assert driver.ask(wish(RED)) == Refuse(ErrorCode.PAUSED, Rule.MODE)
    driver.rules.resume()
    assert driver.ask(wish(RED)) == Refuse(ErrorCode.VIEW_ONLY, Rule.MODE)


# A restart -----------------------------------------------------------------------------------------------------------


def test_a_restart_forgets_neither_wear_nor_energy_nor_pause_nor_bans() -> None:
    limits = DeviceLimits(relay=RelayLimits(min_on_s=60))
    before, again = house(limits, energy={"limit_wh": 50}), house(limits, energy={"limit_wh": 50})
    before.ask(wish(TurnOn()))
    before.rules.power("tree", 60, before.instant)
    before.wait(30)
    again.wait(30)
    before.rules.bans.add("rude", EVENING + timedelta(days=1))
    before.rules.bans.add("ruder")
    before.rules.pause(EVENING + timedelta(hours=1))
    before.rules.mode = SharingMode.VIEW_ONLY
    saved = json.loads(json.dumps(before.rules.as_mapping(before.instant)))
    assert again.rules.restore(saved, again.instant) == []
    assert again.rules.as_mapping(again.instant) == saved
    assert again.rules.effective_mode(again.instant) == before.rules.effective_mode(before.instant)
    again.rules.resume()
    again.rules.mode = SharingMode.OPEN
    assert again.ask(wish(TurnOff())) == Refuse(ErrorCode.RATE_LIMITED, Rule.RELAY_MIN_ON, 30)
    assert again.ask(wish(RED, viewer="ruder")) == Refuse(ErrorCode.NOT_ALLOWED, Rule.BAN)


def test_a_damaged_part_starts_anew_and_the_others_do_not() -> None:
    driver = house(DeviceLimits(relay=RelayLimits()), energy={"limit_wh": 50})
    problems = driver.rules.restore(
        {
            "mode": "wide open",
            "pause": {"until": "2026-12-05T18:00:00"},
            "bans": {"rude": None},
            "relays": {"tree": {"on": "yes"}},
            "energy": [],
        },
        driver.instant,
    )
    assert [problem.partition(":")[0] for problem in problems] == ["mode", "pause", "relays", "energy"]
    assert driver.ask(wish(RED, viewer="rude")) == Refuse(ErrorCode.NOT_ALLOWED, Rule.BAN)
    assert isinstance(driver.ask(wish(RED)), Apply)


@pytest.mark.parametrize("bans", [{"a" * 65: None}, {"rude": 5}, {"rude": "2026-12-05T18:00:00"}, {"rude": "soon"}])
def test_damaged_bans_are_told(bans: dict[str, object]) -> None:
    driver = house()
    assert len(driver.rules.restore({"bans": bans}, driver.instant)) == 1


rubbish = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each) | st.dictionaries(st.sampled_from(["until", "tree", "on"]), each),
    max_leaves=5,
)


@pytest.mark.parametrize("part", ["mode", "pause", "bans", "relays", "energy"])
@given(value=rubbish)
@settings(max_examples=20, deadline=None)
def test_no_stored_rubbish_raises(part: str, value: object) -> None:
    driver = house(DeviceLimits(relay=RelayLimits()), energy={"limit_wh": 50})
    driver.rules.restore({part: value}, driver.instant)


# Storms --------------------------------------------------------------------------------------------------------------

LIMITS = {
    "tree": DeviceLimits(min_interval_ms=200, max_brightness=100),
    "roof": DeviceLimits(min_interval_ms=50, colors=((255, 0, 0), (0, 0, 255))),
    "pump": DeviceLimits(relay=RelayLimits(min_on_s=1, min_off_s=2, max_daily_cycles=5)),
}


@given(
    storm=st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.001, 0.05, 0.3]),
            st.sampled_from([*LIMITS, "safe", "a" * 64]),
            st.sampled_from([*EVERY_ACTION, BLUE, SetEffect(effect="Strobe"), SetBrightness(brightness=255)]),
            st.sampled_from([None, "kind", "rude"]),
        ),
        min_size=20,
        max_size=150,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_storm_gets_past_any_rule(storm: list[tuple[float, str, Action, str | None]]) -> None:
    driver = drive(LIMITS)
    driver.rules.bans.add("rude")
    for number, (pause, device, action, viewer) in enumerate(storm):
        driver.wait(pause)
        driver.ask(Wish(device, action, viewer_id=viewer, command_id=str(number)))
        assert len(driver.holds) <= len(LIMITS)
    driver.wait(5)
    for device, limits in LIMITS.items():
        mine = [(time, each, apply) for time, each, apply in driver.applied if each.device_id == device]
        assert all(each.viewer_id != "rude" for _, each, _ in mine)
        assert all(limits.allows_colors_of(apply.action) for _, _, apply in mine)
        assert all(apply.action != SetEffect(effect="Strobe") for _, _, apply in mine)
        times = [(time, apply.action == TurnOff()) for time, _, apply in mine]
        for (before, was_off), (at, off) in pairwise(times):
            assert (off and not was_off) or at - before >= limits.min_interval_ms / 1000 - 1e-9
        orders = [int(each.command_id) for _, each, _ in mine]
        assert orders == sorted(orders)
    bright = [apply.action for _, each, apply in driver.applied if each.device_id == "tree"]
    assert all(action.brightness <= 100 for action in bright if isinstance(action, SetBrightness))
    assert {each.device_id for _, each, _ in driver.applied} <= set(LIMITS)


def test_a_flood_of_offs_is_spaced() -> None:
    driver = house(DeviceLimits(min_interval_ms=200))
    for _ in range(1000):
        driver.wait(0.001)
        driver.ask(wish(TurnOff()))
    assert len(driver.applied) == 5


def test_the_last_of_a_flood_is_done() -> None:
    driver = house(DeviceLimits(min_interval_ms=200))
    for number in range(1000):
        driver.wait(0.001)
        driver.ask(wish(SetColor(rgb=(number % 256, 0, 0)), name=str(number)))
    driver.wait(5)
    assert driver.applied[-1][1].command_id == "999"
    assert len(driver.applied) <= 7


def test_no_number_of_bans_fills_the_memory() -> None:
    driver = house()
    for number in range(MOST_BANS + 500):
        driver.rules.bans.add(str(number))
    saved = driver.rules.bans.as_mapping()
    assert len(saved) == MOST_BANS
    assert "0" not in saved


# What is stored ------------------------------------------------------------------------------------------------------


def test_settings_survive_storage() -> None:
    settings_ = HouseSettings.from_mapping(
        {
            "hours": {"windows": [{"days": ["fri"], "from": "sunset", "until": "23:00"}]},
            "max_brightness": 90,
            "energy": {"limit_wh": 500},
        }
    )
    assert HouseSettings.from_mapping(json.loads(json.dumps(settings_.as_mapping()))) == settings_
    assert HouseSettings.from_mapping({}) == HouseSettings()


def test_all_mistakes_of_all_parts_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        HouseSettings.from_mapping({"hours": {"windows": 5}, "energy": {"limit_wh": 0}, "max_brightness": 0, "x": 1})
    assert set(caught.value.problems) == {
        "hours.windows: must be a list of at most 20",
        "energy.limit_wh: must be a number from 1 to 1e+06",
        "max_brightness: must be a whole number from 1 to 255",
        "x: is not known",
    }
