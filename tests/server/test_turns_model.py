"""The line of a location: who holds, who is asked, who waits, for how long."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartpixels_server.protocol.messages import PlayMode
from smartpixels_server.turns.crowd import DWELL_SECONDS, FREE_BELOW, TURNS_FROM, WANTED_SECONDS, Crowd, Reason
from smartpixels_server.turns.model import (
    GRACE_SECONDS,
    MARGIN,
    QUEUE_LENGTH,
    READY_SECONDS,
    STANDBY_PER_HOUSEHOLD,
    TURN_SECONDS,
    Line,
    Place,
)

NOW = 1_000_000.0


class Door:
    """A line with people who stay, unless a test says otherwise."""

    def __init__(self) -> None:
        self.line = Line()
        self.now = NOW
        self.here: set[str] = set()
        self.stubborn: set[str] = set()

    def join(self, *names: str, household: str | None = None) -> None:
        for name in names:
            place = Place(viewer_id=name, handle=name, household=household or name, seen_at=self.now)
            assert self.line.request(place, self.now)
            self.here.add(name)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            self.line.see(self.here, self.now)
            self.line.advance(self.now)

    def wait(self, name: str) -> float | None:
        return next(wait for place, _, wait in self.line.standing(self.now) if place.viewer_id == name)

    @property
    def holder(self) -> str | None:
        return self.line.holder.place.viewer_id if self.line.holder else None

    @property
    def asked(self) -> str | None:
        return self.line.asked.place.viewer_id if self.line.asked else None


@pytest.fixture
def door() -> Door:
    return Door()


def test_the_first_one_begins_at_once(door: Door) -> None:
    door.join("Ann")
    assert door.holder == "Ann"
    assert door.line.find("Ann") == 0
    door.pass_time(TURN_SECONDS)
    assert door.holder is None


def test_the_next_one_is_asked_in_time_and_begins_when_the_turn_ends(door: Door) -> None:
    door.join("Ann", "Bob")
    door.pass_time(TURN_SECONDS - READY_SECONDS - 1)
    assert (door.holder, door.asked) == ("Ann", None)
    door.pass_time(1)
    assert (door.holder, door.asked) == ("Ann", "Bob")
    door.line.answer("Bob", door.now)
    door.pass_time(READY_SECONDS)
    assert (door.holder, door.asked) == ("Bob", None)
    door.pass_time(TURN_SECONDS - 1)
    assert (door.holder, door.asked) == ("Bob", None)
    door.pass_time(1)
    assert (door.holder, door.asked) == (None, None)


def test_no_answer_lets_the_next_one_in(door: Door) -> None:
    door.join("Ann", "Bob", "Cleo")
    door.pass_time(TURN_SECONDS)
    assert (door.holder, door.asked) == (None, "Cleo")
    door.line.answer("Cleo", door.now)
    assert door.holder == "Cleo"
    assert door.line.find("Bob") is None


def test_passing_early(door: Door) -> None:
    door.join("Ann", "Bob")
    door.pass_time(5)
    door.line.leave("Ann", door.now)
    door.line.advance(door.now)
    assert (door.holder, door.asked) == (None, "Bob")
    door.line.answer("Bob", door.now)
    assert door.holder == "Bob"


def test_leaving_the_page_frees_the_place_and_coming_back_keeps_it(door: Door) -> None:
    door.join("Ann", "Bob")
    door.here.remove("Bob")
    door.pass_time(GRACE_SECONDS - 1)
    door.here.add("Bob")
    door.pass_time(2)
    assert door.line.find("Bob") == 1
    door.here.remove("Bob")
    door.pass_time(GRACE_SECONDS + 1)
    assert door.line.find("Bob") is None


def test_a_holder_who_leaves_the_page_ends_the_turn(door: Door) -> None:
    door.join("Ann", "Bob")
    door.here.remove("Ann")
    door.pass_time(GRACE_SECONDS + 1)
    assert (door.holder, door.asked) == (None, "Bob")


def test_the_line_is_bounded(door: Door) -> None:
    door.join(*(str(number) for number in range(QUEUE_LENGTH + 1)))
    late = Place(viewer_id="late", handle="late", household="late", seen_at=NOW)
    assert not door.line.request(late, NOW)
    assert door.line.length == QUEUE_LENGTH


def test_asking_twice_changes_nothing(door: Door) -> None:
    door.join("Ann", "Bob", "Cleo")
    revision = door.line.revision
    door.join("Bob", "Ann")
    assert door.line.revision == revision
    assert door.line.length == 2


def test_a_household_has_one_place_at_a_time(door: Door) -> None:
    door.join("Ann", "Flood-1", "Flood-2", "Flood-3", household="flood")
    door.join("Bob", "Cleo")
    assert [door.line.find(name) for name in ("Ann", "Bob", "Cleo", "Flood-1")] == [0, 1, 2, 3]
    assert door.wait("Flood-1") is None, "nothing is promised"
    door.pass_time(TURN_SECONDS)
    assert door.line.find("Flood-1") == 2, "behind those who came later"
    assert door.wait("Flood-1") is not None
    more = [Place(viewer_id=f"F{n}", handle="f", household="flood", seen_at=door.now) for n in range(5)]
    taken = [door.line.request(place, door.now) for place in more]
    assert taken.count(True) <= STANDBY_PER_HOUSEHOLD


def test_a_household_alone_takes_turns(door: Door) -> None:
    door.join("Ann", "Bob", household="home")
    assert door.wait("Bob") is None
    door.pass_time(TURN_SECONDS)
    assert door.asked == "Bob"


def test_a_household_goes_on_when_who_is_asked_leaves(door: Door) -> None:
    door.join("Zoe")
    door.join("Ann", "Bob", household="home")
    door.pass_time(TURN_SECONDS - 1)
    door.line.leave("Zoe", door.now)
    door.line.leave("Ann", door.now)
    door.line.advance(door.now)
    assert door.asked == "Bob"


def test_a_clock_that_jumps_back_keeps_nobody_longer(door: Door) -> None:
    door.join("Ann", "Bob")
    door.now -= 86_400
    door.pass_time(TURN_SECONDS + 1)
    assert door.holder != "Ann"


def test_a_clock_that_jumps_ahead_ends_the_turn(door: Door) -> None:
    door.join("Ann")
    door.line.advance(NOW + 86_400)
    assert door.holder is None


def test_it_can_be_kept_elsewhere(door: Door) -> None:
    door.join("Ann", "Bob", "Cleo")
    door.pass_time(TURN_SECONDS - 1)
    assert msgspec.json.decode(msgspec.json.encode(door.line), type=Line) == door.line


@given(seed=st.integers(0, 10_000), people=st.integers(1, 40))
def test_no_promise_is_missed_by_more_than_the_margin(seed: int, people: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a simulation
    door = Door()
    door.join("first", *(str(number) for number in range(people)))
    joined = door.now
    door.join("observed")
    promised = door.wait("observed")
    assert promised is not None
    while door.holder != "observed":
        door.pass_time(0.25)
        assert door.now - joined <= max(promised, READY_SECONDS) * MARGIN + 1
        _behave(door, chance)


def _behave(door: Door, chance: random.Random) -> None:
    """Somebody is asked, or holds, or waits: does something or not; the observed one always answers."""
    if door.asked == "observed" or (door.asked and int(door.asked) % 3 and chance.random() < 0.1):
        door.line.answer(str(door.asked), door.now)
    if door.holder and chance.random() < 0.01:
        door.line.leave(door.holder, door.now)
    if door.line.queue and chance.random() < 0.005:
        gone = chance.choice(door.line.queue).viewer_id
        if gone != "observed":
            door.line.leave(gone, door.now)


# The mode ---------------------------------------------------------------------------------------------------------


def _crowd(people: int, crowd: Crowd | None = None, *, now: float = NOW, wanted: PlayMode = PlayMode.AUTO) -> Crowd:
    crowd = crowd or Crowd()
    for number in range(people):
        crowd.want(str(number), now)
    crowd.choose(wanted, now)
    return crowd


def test_few_play_freely_and_many_take_turns() -> None:
    assert _crowd(TURNS_FROM - 1).mode is PlayMode.FREE
    crowd = _crowd(TURNS_FROM)
    assert (crowd.mode, crowd.reason) == (PlayMode.TURNS, Reason.MANY)


def test_between_the_two_it_stays() -> None:
    crowd = _crowd(TURNS_FROM)
    later = NOW + WANTED_SECONDS + DWELL_SECONDS
    assert _crowd(FREE_BELOW, crowd, now=later).mode is PlayMode.TURNS
    assert _crowd(FREE_BELOW, now=later).mode is PlayMode.FREE
    much_later = later + WANTED_SECONDS + 1
    assert _crowd(FREE_BELOW - 1, crowd, now=much_later).mode is PlayMode.FREE


def test_a_mode_lasts_a_while() -> None:
    crowd = _crowd(TURNS_FROM)
    crowd.wants.clear()
    assert _crowd(0, crowd, now=NOW + DWELL_SECONDS - 1).mode is PlayMode.TURNS
    assert _crowd(0, crowd, now=NOW + DWELL_SECONDS).mode is PlayMode.FREE


def test_the_owner_pins_at_once_and_lets_go_at_once() -> None:
    crowd = _crowd(0, wanted=PlayMode.TURNS)
    assert (crowd.mode, crowd.reason) == (PlayMode.TURNS, Reason.PINNED)
    assert _crowd(0, crowd).mode is PlayMode.FREE
    assert _crowd(TURNS_FROM, wanted=PlayMode.FREE).mode is PlayMode.FREE
