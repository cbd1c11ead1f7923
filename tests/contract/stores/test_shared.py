"""What processes share: lines, budgets, who is on site, who is here; the same promises in memory and over Redis."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from itertools import count

import pytest

from smartpixels_server.clock import SystemClock
from smartpixels_server.metrics import Metrics
from smartpixels_server.protocol.messages import Audience
from smartpixels_server.storage.documents import RedisDocuments
from smartpixels_server.storage.redis import RedisLink, redis_address
from smartpixels_server.turns.budgets import Budget, BudgetStore, MemoryBudgetStore
from smartpixels_server.turns.model import Line
from smartpixels_server.turns.redis_store import RedisBudgetStore, SharedTurnStore
from smartpixels_server.turns.store import MemoryTurnStore, TurnStore
from smartpixels_server.viewers.on_site import ON_SITE_SECONDS, MemoryOnSiteStore, OnSiteStore
from smartpixels_server.viewers.presence import Here, MemoryPresence, Presence
from smartpixels_server.viewers.redis_store import RedisOnSiteStore, RedisPresence

NOW = 1_795_000_000.0
_prefixes = count(1)


@dataclass(kw_only=True)
class Stores:
    """As one process sees them."""

    lines: TurnStore
    budgets: BudgetStore
    on_site: OnSiteStore
    presence: Presence


@pytest.fixture(params=["memory", "redis"])
async def pair(request: pytest.FixtureRequest) -> AsyncGenerator[tuple[Stores, Stores]]:
    """Two processes; in memory there is only one."""
    if request.param == "memory":
        stores = Stores(
            lines=MemoryTurnStore(),
            budgets=MemoryBudgetStore(),
            on_site=MemoryOnSiteStore(),
            presence=MemoryPresence(),
        )
        yield stores, stores
        return
    port = request.getfixturevalue("redis_program").port
    address = redis_address(f"redis://127.0.0.1:{port}/0?prefix=shared-{next(_prefixes)}")
    links = RedisLink(address, Metrics()), RedisLink(address, Metrics())
    yield _redis_stores(links[0]), _redis_stores(links[1])
    for link in links:
        await link.close()


def _redis_stores(link: RedisLink) -> Stores:
    return Stores(
        lines=SharedTurnStore(RedisDocuments(link)),
        budgets=RedisBudgetStore(link),
        on_site=RedisOnSiteStore(link),
        presence=RedisPresence(link, SystemClock()),
    )


def _budget(key: str, *, capacity: int = 3, refill_seconds: float = 2.0) -> Budget:
    return Budget(key=key, capacity=capacity, refill_seconds=refill_seconds)


async def test_a_budget_is_spent_and_comes_back(pair: tuple[Stores, Stores]) -> None:
    a, b = pair[0].budgets, pair[1].budgets
    assert await a.left(_budget("x"), at=NOW) == 3
    for store in (a, b, a):
        assert await store.take([_budget("x")], at=NOW) == 0
    assert await b.left(_budget("x"), at=NOW) == 0
    wait = await b.take([_budget("x")], at=NOW)
    assert wait == pytest.approx(2, abs=0.01)
    assert await a.take([_budget("x")], at=NOW + wait) == 0, "exactly what was said is enough"
    assert await a.take([_budget("x")], at=NOW + wait) > 0
    assert await a.left(_budget("x"), at=NOW + 100) == 3


async def test_all_budgets_or_none(pair: tuple[Stores, Stores]) -> None:
    a, b = pair[0].budgets, pair[1].budgets
    assert await a.take([_budget("x", capacity=1)], at=NOW) == 0
    assert await b.take([_budget("y"), _budget("x", capacity=1)], at=NOW) > 0
    assert await a.left(_budget("y"), at=NOW) == 3


async def test_a_clock_that_goes_back_locks_nobody_out(pair: tuple[Stores, Stores]) -> None:
    budgets = pair[0].budgets
    for _ in range(3):
        await budgets.take([_budget("x")], at=NOW)
    earlier = NOW - 3600
    wait = await budgets.take([_budget("x")], at=earlier)
    assert 0 < wait < 3
    assert await budgets.take([_budget("x")], at=earlier + wait + 0.1) == 0


async def test_of_many_at_once_no_more_than_the_budget(pair: tuple[Stores, Stores]) -> None:
    waits = await asyncio.gather(*(one.budgets.take([_budget("x")], at=NOW) for one in pair for _ in range(20)))
    assert waits.count(0) == 3


async def test_a_line_is_one_for_all(pair: tuple[Stores, Stores]) -> None:
    people = [f"viewer-{number}" for number in range(20)]

    def want(viewer_id: str) -> Callable[[Line], None]:
        return lambda line: line.crowd.want(viewer_id, NOW)

    await asyncio.gather(*(pair[n % 2].lines.change("house", want(one)) for n, one in enumerate(people)))
    for one in pair:
        assert await one.lines.change("house", lambda line: set(line.crowd.wants)) == set(people)
        assert await one.lines.change("barn", lambda line: set(line.crowd.wants)) == set()


async def test_who_is_on_site(pair: tuple[Stores, Stores]) -> None:
    a, b = pair[0].on_site, pair[1].on_site
    until = SystemClock().now().timestamp() + ON_SITE_SECONDS
    assert await a.until("house", "me") == 0
    await a.grant("house", "me", until=until)
    assert await b.until("house", "me") == until
    assert await b.until("barn", "me") == await b.until("house", "you") == 0


async def test_people_are_added_up_once(pair: tuple[Stores, Stores]) -> None:
    a, b = pair[0].presence, pair[1].presence
    first = Here(watching=frozenset({"x", "y"}), acting=frozenset({"x", "gone"}))
    assert await a.meet({"house": first}) == {"house": Audience(watching=2, acting=1)}
    if a is b:
        return
    second = Here(watching=frozenset({"y", "z"}), acting=frozenset())
    assert await b.meet({"house": second, "barn": first}) == {
        "house": Audience(watching=3, acting=1),
        "barn": Audience(watching=2, acting=1),
    }
    nobody = Here(watching=frozenset(), acting=frozenset())
    assert await b.meet({"house": nobody}) == {"house": Audience(watching=1, acting=1)}


async def test_a_crowd_is_counted(pair: tuple[Stores, Stores]) -> None:
    crowd = frozenset(f"viewer-{number}" for number in range(2500))
    here = Here(watching=crowd, acting=frozenset())
    assert (await pair[0].presence.meet({"house": here}))["house"].watching == 2500
    fewer = Here(watching=frozenset({"viewer-7"}), acting=frozenset())
    assert (await pair[0].presence.meet({"house": fewer}))["house"].watching == 1
