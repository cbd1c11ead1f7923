"""Documents change one step at a time, whoever changes them."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count

import pytest

from smartpixels_server.metrics import Metrics
from smartpixels_server.storage.documents import Documents, MemoryDocuments, RedisDocuments
from smartpixels_server.storage.redis import RedisLink, redis_address

type Pair = tuple[Documents, Documents]

_prefixes = count(1)


@pytest.fixture(params=["memory", "redis"])
async def pair(request: pytest.FixtureRequest) -> AsyncGenerator[Pair]:
    """The same documents as two processes see them; as one does, in memory."""
    if request.param == "memory":
        documents = MemoryDocuments()
        yield documents, documents
        return
    port = request.getfixturevalue("redis_program").port
    address = redis_address(f"redis://127.0.0.1:{port}/0?prefix=documents-{next(_prefixes)}")
    links = RedisLink(address, Metrics()), RedisLink(address, Metrics())
    yield RedisDocuments(links[0]), RedisDocuments(links[1])
    for link in links:
        await link.close()


def _count(document: bytes | None) -> tuple[bytes | None, int]:
    number = int(document or b"0") + 1
    return str(number).encode(), number


async def test_a_document_is_there_for_both(pair: Pair) -> None:
    a, b = pair
    assert await a.get("x") is None
    assert await a.update("x", lambda known: ("żółw".encode(), known)) is None
    assert await b.get("x") == "żółw".encode()
    assert await b.update("x", lambda known: (None, known)) == "żółw".encode()
    assert await a.get("x") is None
    assert await a.update("x", lambda known: (known, known)) is None


async def test_no_change_is_lost(pair: Pair) -> None:
    numbers = await asyncio.gather(*(documents.update("x", _count) for documents in pair for _ in range(50)))
    assert sorted(numbers) == list(range(1, 101))
    assert await pair[0].get("x") == b"100"


async def test_documents_do_not_touch(pair: Pair) -> None:
    a, b = pair
    await asyncio.gather(a.update("x", _count), b.update("y", _count))
    assert (await b.get("x"), await a.get("y")) == (b"1", b"1")


async def test_a_change_that_fails_changes_nothing(pair: Pair) -> None:
    a, b = pair
    await a.update("x", _count)

    def fail(_document: bytes | None) -> tuple[bytes | None, None]:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await a.update("x", fail)
    assert await b.update("x", _count) == 2
    assert await a.update("x", _count) == 3
