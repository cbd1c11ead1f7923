"""Between processes: the same promises within one process and over a real Redis."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count

import pytest

from smartpixels_server.clock import SystemClock
from smartpixels_server.metrics import Metrics
from smartpixels_server.storage.bus import Bus, Keep, MemoryBus, MemoryHub, NodeGone
from smartpixels_server.storage.redis import redis_address
from smartpixels_server.storage.redis_bus import RedisBus
from tests.server.running import until
from tests.waiting import wait_until

type NewBus = Callable[[], Awaitable[Bus]]

_prefixes = count(1)


@pytest.fixture(params=["memory", "redis"])
async def new_bus(request: pytest.FixtureRequest) -> AsyncGenerator[NewBus]:
    hub = MemoryHub()
    prefix = f"bus-{next(_prefixes)}"

    def make() -> Bus:
        if request.param == "memory":
            return MemoryBus(SystemClock(), hub)
        port = request.getfixturevalue("redis_program").port
        return RedisBus(redis_address(f"redis://127.0.0.1:{port}/0?prefix={prefix}"), SystemClock(), Metrics())

    async with AsyncExitStack() as stack:

        async def start() -> Bus:
            bus = make()
            await bus.start()
            stack.push_async_callback(bus.stop)
            return bus

        yield start


class Heard(list[tuple[str, bool]]):
    def __call__(self, payload: bytes, kept: bool) -> None:  # noqa: FBT001 - a listener
        self.append((payload.decode(), kept))

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self]


async def test_others_hear_what_is_published_in_order(new_bus: NewBus) -> None:
    a, b, c = await new_bus(), await new_bus(), await new_bus()
    heard = {bus.node: Heard() for bus in (a, b, c)}
    for bus in (a, b, c):
        await bus.open("one", heard[bus.node])
    await b.open("two", other := Heard())
    for number in range(100):
        a.publish("one", str(number).encode())
    await until(lambda: len(heard[b.node]) == len(heard[c.node]) == 100)
    assert heard[b.node].texts == heard[c.node].texts == [str(number) for number in range(100)]
    assert heard[a.node] == [], "not oneself"
    assert other == [], "not in another channel"


async def test_nothing_is_heard_after_closing(new_bus: NewBus) -> None:
    a, b = await new_bus(), await new_bus()
    await b.open("one", heard := Heard())
    await b.open("end", end := Heard())
    b.close("one")
    a.publish("one", b"x")
    a.publish("end", b"x")
    await until(lambda: end)
    assert heard == []


async def test_a_newcomer_hears_the_latest_of_each_field(new_bus: NewBus) -> None:
    a = await new_bus()
    await a.open("one", Heard())
    a.publish("one", b"old", keep=Keep(field="b"))
    a.publish("one", b"second", keep=Keep(field="b"))
    a.publish("one", "żółw\n:".encode(), keep=Keep(field="a"))
    a.publish("one", b"passing")
    b = await new_bus()

    async def is_latest() -> bool:
        heard = Heard()
        await b.open("one", heard)
        return heard == [("żółw\n:", True), ("second", True)]

    await wait_until(is_latest)


async def test_a_higher_version_wins(new_bus: NewBus) -> None:
    a, b = await new_bus(), await new_bus()
    await b.open("one", heard := Heard())
    a.publish("one", b"newer", keep=Keep(field="a", version=1_795_000_000_000_002))
    await until(lambda: heard)
    a.publish("one", b"older", keep=Keep(field="a", version=1_795_000_000_000_001))
    a.publish("one", b"end")
    await until(lambda: len(heard) > 1)
    assert heard.texts == ["newer", "end"]
    await (await new_bus()).open("one", late := Heard())
    assert late.texts == ["newer"]


async def test_what_is_remembered_outlives_who_said_it(new_bus: NewBus) -> None:
    a, b = await new_bus(), await new_bus()
    await b.open("one", heard := Heard())
    a.publish("one", b"x", keep=Keep(field="a"))
    await until(lambda: heard)
    await a.stop()
    await (await new_bus()).open("one", late := Heard())
    assert late == [("x", True)]


async def test_calls_are_answered(new_bus: NewBus) -> None:
    a, b = await new_bus(), await new_bus()

    async def answer(payload: bytes) -> bytes:
        return b"answer to " + payload

    b.serve(answer)
    answers = await asyncio.gather(*(a.call(b.node, str(n).encode(), timeout=10) for n in range(50)))
    assert answers == [f"answer to {n}".encode() for n in range(50)]


async def test_a_slow_answer_is_a_timeout_and_comes_too_late_for_anything(new_bus: NewBus) -> None:
    a, b = await new_bus(), await new_bus()
    release = asyncio.Event()

    async def answer(payload: bytes) -> bytes:
        if payload == b"slow":
            await release.wait()
        return payload

    b.serve(answer)
    with pytest.raises(TimeoutError):
        await a.call(b.node, b"slow", timeout=0.2)
    release.set()
    assert await a.call(b.node, b"quick", timeout=10) == b"quick"


async def test_who_is_gone_is_not_called(new_bus: NewBus) -> None:
    a, b = await new_bus(), await new_bus()
    await until(lambda: b.node in a.nodes())
    await b.stop()
    with pytest.raises(NodeGone):
        await a.call(b.node, b"x", timeout=10)
    await until(lambda: a.nodes() == {a.node})


async def test_all_share_a_clock(new_bus: NewBus) -> None:
    a, b = await new_bus(), await new_bus()
    assert a.is_healthy()
    assert abs(a.time() - b.time()) < 1
