"""Relays that close for a moment and open again, whatever happens in between."""

import asyncio

import pytest

from custom_components.smartpixels.drivers import pulses
from custom_components.smartpixels.drivers.errors import UnreachableError
from custom_components.smartpixels.drivers.pulses import Pulses


class Board:
    """Relays by number, which a test can make fail."""

    def __init__(self) -> None:
        self.closed: set[int] = set()
        self.fails = False
        self.changed = asyncio.Event()

    async def switch(self, number: int, closed: bool) -> None:  # noqa: FBT001 - as the driver calls it
        if self.fails:
            raise UnreachableError("gone")
        (self.closed.add if closed else self.closed.discard)(number)
        self.changed.set()

    async def until(self, closed: set[int]) -> None:
        async with asyncio.timeout(5):
            while self.closed != closed:
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulses, "_RETRY_SECONDS", 0.01)


@pytest.fixture
def board() -> Board:
    return Board()


async def test_a_pulse_ends(board: Board) -> None:
    relays = Pulses(board.switch)
    await relays.pulse(1, 0.05)
    await relays.pulse(2, 0.05)
    assert board.closed == {1, 2}
    await board.until(set())


async def test_a_second_pulse_counts_anew(board: Board) -> None:
    relays = Pulses(board.switch)
    await relays.pulse(1, 0.05)
    await relays.pulse(1, 60)
    await asyncio.sleep(0.1)
    assert board.closed == {1}
    await relays.close()
    assert board.closed == set()


async def test_an_end_that_fails_is_tried_until_it_works(board: Board) -> None:
    relays = Pulses(board.switch)
    await relays.pulse(1, 0.01)
    board.fails = True
    await asyncio.sleep(0.05)
    board.fails = False
    await board.until(set())


async def test_switching_ends_a_pulse_for_good(board: Board) -> None:
    relays = Pulses(board.switch)
    await relays.pulse(1, 0.05)
    await relays.switch(1, on=True)
    await asyncio.sleep(0.1)
    assert board.closed == {1}
    await relays.close()
    assert board.closed == {1}, "it is on by a wish of its own"


async def test_switching_that_fails_leaves_no_pulse_without_end(board: Board) -> None:
    relays = Pulses(board.switch)
    await relays.pulse(1, 60)
    board.fails = True
    with pytest.raises(UnreachableError):
        await relays.switch(1, on=True)
    board.fails = False
    await board.until(set())


async def test_a_pulse_that_cannot_begin_ends_all_the_same(board: Board) -> None:
    board.fails = True
    relays = Pulses(board.switch)
    with pytest.raises(UnreachableError):
        await relays.pulse(1, 60)
    board.closed = {1}
    board.fails = False
    await board.until(set())


async def test_closing_goes_on_after_a_failure(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    relays = Pulses(board.switch)
    await relays.pulse(1, 60)
    board.fails = True
    await relays.close()
    assert "could not be ended" in caplog.text
