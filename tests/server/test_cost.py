"""What one connection may cost."""

import asyncio

import pytest

from smartpixels_server.clock import Clock, SystemClock
from smartpixels_server.realtime import transport
from smartpixels_server.realtime.budget import CostBudget
from smartpixels_server.realtime.server import RealtimeServer
from tests.fakes.clock import FakeClock
from tests.fakes.raw import RawPeer
from tests.server.running import Running, until


@pytest.fixture
def clock(fake_clock: FakeClock) -> Clock:
    return fake_clock


def test_debts_are_paid_off_by_waiting() -> None:
    budget = CostBudget(0.0, points=10, per_second=2)
    for _ in range(5):
        budget.spend(0.0, 1024)
    assert budget.wait_seconds(0.0) == 0
    budget.spend(0.0, 3 * 1024)
    assert budget.wait_seconds(0.0) == 2
    assert budget.wait_seconds(2.0) == 0
    budget.spend(1000.0, 0)
    assert budget.wait_seconds(1000.0) == 0


async def test_many_cheap_frames_are_read_more_slowly(server: Running, fake_clock: FakeClock) -> None:
    sleepers = fake_clock.sleepers
    async with RawPeer.connect(server.url, "/viewer") as peer:
        for number in range(transport.STRANGER_POINTS * 3):
            await peer.socket.send_str(f'42/viewer,{number}["nothing",{{}}]')
        answered = 0
        while fake_clock.sleepers == sleepers:
            await peer.receive()
            answered += 1
        assert answered <= transport.STRANGER_POINTS
        bystander = await server.view(await _slug(server))
        assert (await bystander.join())["ok"]
        await fake_clock.advance(60)
        await peer.answer(transport.STRANGER_POINTS)


async def test_expensive_answers_are_paid_for(server: Running, fake_clock: FakeClock) -> None:
    slug = await _slug(server)
    last = transport.STRANGER_POINTS * 3
    async with RawPeer.connect(server.url, "/viewer") as peer:
        for number in range(last + 1):
            await peer.socket.send_str(f'42/viewer,{number}["join",{{"location":"{slug}"}}]')
        # The clock stands still, and so does a connection that has to wait.
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await peer.answer(last)
        await fake_clock.advance(60)


async def test_who_has_gone_before_being_let_in_leaves_nothing_behind() -> None:
    realtime = RealtimeServer(SystemClock(), allowed_origins=())
    assert await realtime._sio.manager.pre_connect("gone", "/viewer") is None
    assert not realtime._sio.manager.rooms


async def test_locations_may_say_more(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    for _ in range(transport.STRANGER_POINTS * 2):
        assert (await house.report("tree", on=True))["ok"]
    await until(lambda: fake_clock.sleepers)


async def _slug(server: Running) -> str:
    location, token = await server.new_location()
    await server.link(token)
    return location.slug
