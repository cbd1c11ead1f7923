"""The way to one device: who waits, who goes, who is turned away."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from custom_components.smartpixels.house.lanes import Lane
from custom_components.smartpixels.house.limits import DeviceLimits
from custom_components.smartpixels.house.refused import Refused
from custom_components.smartpixels.house.rules import HouseRules
from custom_components.smartpixels.house.verdicts import Apply, Instant, Wish
from custom_components.smartpixels.protocol.errors import ErrorCode
from custom_components.smartpixels.protocol.messages import SetBrightness
from tests.house.driving import drive

SPACING = 0.1


def now() -> Instant:
    return Instant(datetime.now(UTC), time.monotonic())


@pytest.fixture
def rules() -> HouseRules:
    return drive({"tree": DeviceLimits(min_interval_ms=int(SPACING * 1000))}).rules


@pytest.fixture
def lane(rules: HouseRules) -> Lane:
    return Lane("tree", rules, now=now)


def wish(brightness: int) -> Wish:
    return Wish("tree", SetBrightness(brightness=brightness))


async def go(lane: Lane, brightness: int, *, work: asyncio.Event | None = None) -> Apply:
    async with lane.turn(wish(brightness)) as apply:
        if work is not None:
            await work.wait()
        return apply


def started(lane: Lane, brightness: int, *, work: asyncio.Event | None = None) -> asyncio.Task[Apply]:
    return asyncio.eager_task_factory(asyncio.get_running_loop(), go(lane, brightness, work=work))


def code_of(task: asyncio.Task[Apply]) -> ErrorCode:
    error = task.exception()
    assert isinstance(error, Refused)
    return error.code


async def test_the_second_waits_its_spacing(lane: Lane) -> None:
    begin = time.monotonic()
    await go(lane, 100)
    await go(lane, 110)
    assert time.monotonic() - begin >= SPACING * 0.9


async def test_who_waits_for_the_spacing_can_be_turned_away(lane: Lane) -> None:
    await go(lane, 100)
    waiting = started(lane, 110)
    lane.refuse_waiting(ErrorCode.PAUSED, "the owner paused")
    await asyncio.wait([waiting])
    assert code_of(waiting) is ErrorCode.PAUSED
    await go(lane, 120)


async def test_who_leaves_while_waiting_holds_nobody_up(lane: Lane) -> None:
    work = asyncio.Event()
    first, second = started(lane, 100, work=work), started(lane, 110)
    second.cancel()
    await asyncio.wait([second])
    third = started(lane, 120)
    work.set()
    await first
    assert (await third).action == SetBrightness(brightness=120)


async def test_who_leaves_at_the_moment_of_the_turn_hands_it_on() -> None:
    lane = Lane("tree", drive({"tree": DeviceLimits(min_interval_ms=0)}).rules, now=now)
    async with lane.turn(wish(100)):
        second = started(lane, 110)
    # It has the turn by now, and does not know it yet.
    second.cancel()
    await asyncio.wait([second])
    assert second.cancelled()
    async with asyncio.timeout(1):
        await go(lane, 120)


async def test_what_changed_while_the_device_was_busy_holds_for_who_waits(rules: HouseRules, lane: Lane) -> None:
    work = asyncio.Event()
    first, second = started(lane, 100, work=work), started(lane, 110)
    rules.pause()
    work.set()
    await asyncio.wait([first, second])
    assert first.result().action == SetBrightness(brightness=100)
    assert code_of(second) is ErrorCode.PAUSED
