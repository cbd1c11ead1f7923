"""A USB relay board at a real terminal: switching, reading back, unplugging."""

import asyncio
import grp
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from custom_components.smartpixels.drivers import relay_board
from custom_components.smartpixels.drivers.errors import (
    BadAnswerError,
    BusyError,
    CommandRefusedError,
    ForbiddenError,
    NotRecognizedError,
    UnreachableError,
)
from custom_components.smartpixels.drivers.relay_board import BoardState, Port, Relay, RelayBoard, open_port, probe
from smartpixels_simulator.relay_board import RelayBoard as Board
from tests.waiting import wait_until

UNKNOWN = Relay()
OFF = Relay(on=False)
ON = Relay(on=True)


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_board, "_ANSWER_SECONDS", 0.3)


@asynccontextmanager
async def running(driver: RelayBoard) -> AsyncIterator[None]:
    task = asyncio.create_task(driver.run(first_pause=0.02, longest_pause=0.05))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(driver: RelayBoard, condition: Callable[[BoardState], bool]) -> BoardState:
    changed = asyncio.Event()
    stop = driver.listen(lambda _: changed.set())
    async with asyncio.timeout(5):
        while not condition(driver.state):
            changed.clear()
            await changed.wait()
    stop()
    return driver.state


def connected(state: BoardState) -> bool:
    return state.connected


def gone(state: BoardState) -> bool:
    return not state.connected and state.error is not None


@pytest.mark.parametrize(("channels", "inverted"), [(0, []), (17, []), (-1, []), (2, [3]), (2, [0])])
def test_impossible_boards(channels: int, inverted: list[int]) -> None:
    with pytest.raises(ValueError, match="channels"):
        RelayBoard("/dev/null", channels=channels, inverted=inverted)


async def test_impossible_channels(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4)
    for channel in (0, 5, -1, 255):
        with pytest.raises(ValueError, match="channels 1 to 4"):
            await driver.switch(channel, on=True)


async def test_no_port(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="plugged in"):
        await probe(str(tmp_path / "ttyUSB0"))


@pytest.mark.parametrize("path", ["/etc/hostname", "/", "nonsense://x", "/dev/null"])
async def test_no_serial_port(path: str) -> None:
    with pytest.raises(NotRecognizedError):
        await probe(path)


async def test_a_port_in_use(board: Board) -> None:
    port = await open_port(board.host)
    with pytest.raises(BusyError):
        await probe(board.host)
    await port.close()


async def test_a_forbidden_port_names_the_group(tmp_path: Path) -> None:
    path = tmp_path / "ttyUSB0"
    path.touch()
    group = grp.getgrgid(path.stat().st_gid).gr_name

    async def refuse(path: str) -> Port:
        raise PermissionError(13, "Permission denied", path)

    with pytest.raises(ForbiddenError, match=f"group {group}"):
        await probe(str(path), open_port=refuse)
    with pytest.raises(ForbiddenError):
        await probe(str(tmp_path / "nothing"), open_port=refuse)


async def test_probing_counts_channels(board: Board) -> None:
    assert await probe(board.host) == 4
    assert board.relays == [False] * 4


async def test_probing_a_silent_board(silent_board: Board) -> None:
    assert await probe(silent_board.host) == 0


async def test_probing_something_else(board: Board) -> None:
    board.set_faults({"fail": "garbage"})
    with pytest.raises(NotRecognizedError):
        await probe(board.host)


async def test_nothing_is_sent_without_a_board(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4)
    with pytest.raises(UnreachableError):
        await driver.switch(1, on=True)
    async with running(driver):
        await until(driver, connected)
        assert board.relays == [False] * 4


async def test_a_silent_board_is_assumed(silent_board: Board) -> None:
    driver = RelayBoard(silent_board.host, channels=4)
    async with running(driver):
        assert (await until(driver, connected)).relays == (UNKNOWN,) * 4
        await driver.switch(2, on=True)
        assert driver.state.relays == (UNKNOWN, Relay(on=True, assumed=True), UNKNOWN, UNKNOWN)
        await driver.refresh()
        await until_switched(silent_board, [False, True, False, False])


async def test_a_board_that_answers_is_read(board: Board) -> None:
    board.relays[2] = True
    driver = RelayBoard(board.host, channels=4, answers=True)
    async with running(driver):
        assert (await until(driver, connected)).relays == (OFF, OFF, ON, OFF)
        await driver.switch(1, on=True)
        assert board.relays == [True, False, True, False]
        assert driver.state.relays == (ON, OFF, ON, OFF)
        board.relays[0] = False
        await driver.refresh()
        assert driver.state.relays == (OFF, OFF, ON, OFF)


async def test_inverted_channels(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4, answers=True, inverted=[1])
    async with running(driver):
        assert (await until(driver, connected)).relays == (ON, OFF, OFF, OFF)
        await driver.switch(1, on=False)
        assert board.relays[0] is True
        assert driver.state.relays[0] == OFF


async def test_commands_keep_their_distance(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4)
    async with running(driver):
        await until(driver, connected)
        await asyncio.gather(*(driver.switch(channel, on=True) for channel in (1, 2, 3, 4)))
        await until_switched(board, [True] * 4)
        assert board.missed == 0


async def test_after_a_replug_nothing_is_switched_on(silent_board: Board) -> None:
    driver = RelayBoard(silent_board.host, channels=4)
    async with running(driver):
        await until(driver, connected)
        await driver.switch(1, on=True)
        silent_board.set_faults({"power": "off"})
        state = await until(driver, gone)
        assert state.relays == (UNKNOWN,) * 4
        assert isinstance(state.error, UnreachableError)
        with pytest.raises(UnreachableError):
            await driver.switch(2, on=True)
        silent_board.set_faults({"power": "on"})
        assert (await until(driver, connected)).relays == (UNKNOWN,) * 4
        await driver.switch(3, on=True)
        await until_switched(silent_board, [False, False, True, False])


async def test_after_a_replug_the_board_is_read_again(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4, answers=True)
    async with running(driver):
        await until(driver, connected)
        await driver.switch(1, on=True)
        board.set_faults({"reboot": True})
        await until(driver, gone)
        assert (await until(driver, connected)).relays == (OFF,) * 4


async def test_a_board_that_falls_silent(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4, answers=True)
    async with running(driver):
        await until(driver, connected)
        board.set_faults({"fail": "hang"})
        with pytest.raises(UnreachableError, match="does not answer"):
            await driver.switch(1, on=True)
        assert driver.state.relays[0] == Relay(on=True, assumed=True)


async def test_a_board_with_fewer_channels(board: Board) -> None:
    driver = RelayBoard(board.host, channels=8, answers=True)
    async with running(driver):
        state = await until(driver, gone)
        assert isinstance(state.error, BadAnswerError)
        assert "4 of 8" in str(state.error)


async def test_a_board_with_more_channels(board: Board) -> None:
    driver = RelayBoard(board.host, channels=2, answers=True)
    async with running(driver):
        assert (await until(driver, connected)).relays == (OFF, OFF)


class EndingPort:
    """A port that ends with the first command; with `late` its write returns only after that."""

    def __init__(self, *, late: bool = False) -> None:
        self._ended = asyncio.Event()
        self._noticed = asyncio.Event()
        self._late = late

    async def read(self, _n: int, /) -> bytes:
        await self._ended.wait()
        return b""

    async def write(self, _data: bytes, /) -> None:
        self._ended.set()
        if self._late:
            await self._noticed.wait()

    async def close(self) -> None:
        self._noticed.set()


async def test_unplugged_during_a_command(board: Board) -> None:
    ports = [EndingPort(late=True), EndingPort()]

    async def end(_path: str) -> Port:
        if not ports:
            raise FileNotFoundError
        return ports.pop()

    driver = RelayBoard(board.host, channels=1, open_port=end)
    async with running(driver):
        await until(driver, connected)
        await driver.switch(1, on=True)
        assert (await until(driver, connected)).relays == (UNKNOWN,)
        with pytest.raises(UnreachableError):
            await driver.switch(1, on=True)
        assert driver.state.relays == (UNKNOWN,)


async def test_a_port_that_ends(board: Board) -> None:
    async def end(_path: str) -> Port:
        port = EndingPort()
        await port.write(b"")
        return port

    assert await probe(board.host, open_port=end) == 0
    driver = RelayBoard(board.host, channels=1, open_port=end)
    async with running(driver):
        assert isinstance((await until(driver, gone)).error, UnreachableError)


async def test_a_board_that_does_not_obey(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4, answers=True)
    async with running(driver):
        await until(driver, connected)
        board.stuck = True
        with pytest.raises(CommandRefusedError):
            await driver.switch(1, on=True)
        assert driver.state.relays[0] == OFF


async def test_stopping_forgets_and_frees_the_port(board: Board) -> None:
    driver = RelayBoard(board.host, channels=4, answers=True)
    async with running(driver):
        await until(driver, connected)
        with pytest.raises(BusyError):
            await probe(board.host)
    assert driver.state.relays == (UNKNOWN,) * 4
    assert not driver.state.connected
    assert await probe(board.host) == 4


async def test_a_missing_board_is_looked_for_more_and_more_rarely(tmp_path: Path) -> None:
    tries: list[float] = []
    enough = asyncio.Event()

    async def refuse(path: str) -> Port:
        tries.append(asyncio.get_running_loop().time())
        if len(tries) == 5:
            enough.set()
        raise FileNotFoundError(2, "No such file or directory", path)

    driver = RelayBoard(str(tmp_path / "ttyUSB0"), channels=1, open_port=refuse)
    async with running(driver), asyncio.timeout(5):
        await enough.wait()
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses[0] >= 0.02
    assert min(pauses[1:]) >= 0.04
    assert max(pauses) < 0.5


async def until_switched(board: Board, relays: list[bool]) -> None:
    async def switched() -> bool:
        return board.relays == relays

    await wait_until(switched, seconds=5)
