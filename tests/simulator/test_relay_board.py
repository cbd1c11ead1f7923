"""The simulated relay board speaks the protocol of the real ones at a real terminal."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from smartpixels_simulator.faults import BadFaultsError
from smartpixels_simulator.relay_board import RelayBoard
from tests.waiting import wait_until


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[RelayBoard]:
    board = RelayBoard("Shed", link=tmp_path / "ttyUSB0", channels=2)
    await board.start()
    yield board
    await board.stop()


async def talk(board: RelayBoard, *pieces: bytes, expect: int = 0) -> bytes:
    """Send pieces with pauses and return what came back once it is long enough."""
    terminal = os.open(board.host, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    heard = bytearray()

    async def heard_enough() -> bool:
        with contextlib.suppress(BlockingIOError):
            heard.extend(os.read(terminal, 1024))
        return len(heard) >= expect

    try:
        for piece in pieces:
            os.write(terminal, piece)
            await asyncio.sleep(0.02)  # longer than the board is busy with a command
        await wait_until(heard_enough, seconds=2)
    finally:
        os.close(terminal)
    return bytes(heard)


@pytest.mark.parametrize(
    "frame",
    [
        b"\xa0\x01\x01\xa3",
        b"\xa0\x03\x01\xa4",
        b"\xa0\x00\x01\xa1",
        b"\xa0\x01\x02\xa3",
        b"\xa1\x01\x01\xa3",
        b"\xa0\x01\x01",
        b"hello",
    ],
)
async def test_nonsense_switches_nothing(board: RelayBoard, frame: bytes) -> None:
    assert await talk(board, frame) == b""
    assert board.relays == [False, False]


async def test_switching(board: RelayBoard) -> None:
    await talk(board, b"\xa0\x01\x01\xa2", b"\xa0\x02\x01\xa3", b"\xa0\x01\x00\xa1")
    assert board.relays == [False, True]
    assert board.picture() == {"on": True, "pixels": [(0, 0, 0), (255, 0, 0)]}


async def test_commands_in_pieces_and_after_nonsense(board: RelayBoard) -> None:
    await talk(board, b"\x00\xa0\xa0", b"\x01", b"\x01\xa2")
    assert board.relays == [True, False]


async def test_a_busy_board_misses_a_command(board: RelayBoard) -> None:
    await talk(board, b"\xa0\x01\x01\xa2\xa0\x02\x01\xa3")
    assert board.relays == [True, False]
    assert board.summary()["missed"] == 1


async def test_status(board: RelayBoard) -> None:
    expected = b"CH1: ON\r\nCH2: OFF\r\n"
    assert await talk(board, b"\xa0\x01\x01\xa2", b"\xff", expect=len(expected)) == expected


async def test_a_silent_board(tmp_path: Path) -> None:
    board = RelayBoard("Shed", link=tmp_path / "ttyUSB1", answers=False)
    await board.start()
    assert await talk(board, b"\xff") == b""
    await board.stop()


async def test_garbage(board: RelayBoard) -> None:
    board.set_faults({"fail": "garbage"})
    assert b"MAYBE" in await talk(board, b"\xff", expect=12)


async def test_unplugging_opens_the_relays(board: RelayBoard) -> None:
    with pytest.raises(BadFaultsError):
        board.set_faults({"power": "half"})
    await talk(board, b"\xa0\x01\x01\xa2")
    board.set_faults({"power": "off"})
    with pytest.raises(FileNotFoundError):
        await talk(board)
    assert board.relays == [False, False]
    board.set_faults({"power": "on"})
    await talk(board, b"\xa0\x02\x01\xa3")
    assert board.relays == [False, True]
