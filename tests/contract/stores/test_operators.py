"""One contract for every store of operators, sessions and the audit log."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartpixels_server.clock import SystemClock
from smartpixels_server.locations.service import LocationService
from smartpixels_server.locations.sql_store import SqlLocationStore
from smartpixels_server.operators.model import AuditAction, AuditEntry, Credentials, Operator, Role
from smartpixels_server.operators.sql_store import SqlOperatorStore
from smartpixels_server.operators.store import MemoryOperatorStore, NameTaken, OperatorStore
from smartpixels_server.storage.database import Database
from tests.fakes.databases import SQL, new_url

NOW = datetime(2026, 12, 6, 17, 0, 0, 123456, tzinfo=UTC)


@dataclass(kw_only=True)
class Known:
    store: OperatorStore
    location_id: str


@pytest.fixture(params=["memory", *SQL])
async def known(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Known]:
    if request.param == "memory":
        yield Known(store=MemoryOperatorStore(), location_id="place")
        return
    database = await asyncio.to_thread(Database, await asyncio.to_thread(new_url, request, request.param, tmp_path))
    await database.migrate()
    location = await LocationService(SqlLocationStore(database), SystemClock()).create("Our house")
    yield Known(store=SqlOperatorStore(database), location_id=location.location_id)
    await database.close()


def _credentials(name: str, *location_ids: str) -> Credentials:
    role = Role.MODERATOR if location_ids else Role.OPERATOR
    operator = Operator(
        operator_id=f"id-of-{name}", name=name, role=role, created_at=NOW, location_ids=frozenset(location_ids)
    )
    return Credentials(operator=operator, password_hash="$argon2id$", totp_secret=None)


async def test_operators_are_found_by_name(known: Known) -> None:
    zofia, ala = _credentials("Zofia", known.location_id), _credentials("Ala")
    await known.store.add(zofia)
    await known.store.add(ala)
    assert await known.store.by_name("Zofia") == zofia
    assert await known.store.by_name("zofia") is None
    assert list(await known.store.all()) == [ala.operator, zofia.operator]
    with pytest.raises(NameTaken):
        await known.store.add(_credentials("Ala"))


async def test_a_session_lasts_until_its_end(known: Known) -> None:
    ala = _credentials("Ala")
    await known.store.add(ala)
    await known.store.open_session("a" * 64, "id-of-Ala", expires_at=NOW + timedelta(hours=1))
    assert await known.store.session("a" * 64, now=NOW) == ala.operator
    assert await known.store.session("b" * 64, now=NOW) is None
    assert await known.store.session("a" * 64, now=NOW + timedelta(hours=1)) is None
    await known.store.close_session("a" * 64)
    assert await known.store.session("a" * 64, now=NOW) is None


async def test_a_new_password_ends_sessions(known: Known) -> None:
    await known.store.add(_credentials("Ala"))
    await known.store.open_session("a" * 64, "id-of-Ala", expires_at=NOW + timedelta(hours=1))
    await known.store.set_password_hash("id-of-Ala", "$argon2id$new")
    assert await known.store.session("a" * 64, now=NOW) is None
    credentials = await known.store.by_name("Ala")
    assert credentials
    assert credentials.password_hash == "$argon2id$new"


async def test_the_audit_log_comes_newest_first_and_in_parts(known: Known) -> None:
    entries = [
        AuditEntry(
            entry_id=f"entry-{number}",
            at=NOW + timedelta(seconds=number),
            who="Ala",
            action=AuditAction.TURN_ENDED,
            location_id=None if number % 2 else "place",
            detail="Łagodny Miś",
        )
        for number in range(5)
    ]
    for entry in entries:
        await known.store.note(entry)
    assert list(await known.store.entries(before=None, count=3)) == entries[:1:-1]
    assert list(await known.store.entries(before=entries[2].at, count=3)) == entries[1::-1]
