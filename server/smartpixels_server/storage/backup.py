"""Everything in the database as one file, and back: for any of the databases, whatever it came from.

The file is gzipped JSON lines: a header with the revision of the tables, a line per row, a last line with the count and
a digest of all rows. It holds no passwords or tokens in plain text, but hashes of them: keep it private.
"""

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, select

from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from .database import Database, known_revisions, upgrade

_FORMAT: Final = "smartpixels backup 1"
_VERSION_TABLE: Final = "alembic_version"
_ROWS_AT_ONCE: Final = 500

type Row = tuple[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a backup holds, as its last line vouches for."""

    revision: str
    rows: int
    digest: str


async def backup(database: Database, file: Path) -> Contents:
    """Write everything, as of one moment, to a new file that only its owner may read. Raises SmartPixelsError."""
    return await database.run(lambda connection: _write(connection, file))


async def restore(database: Database, file: Path, *, force: bool = False) -> Contents:
    """Fill the database from a file and bring it to this version of the program.

    Raises SmartPixelsError, with nothing changed, when the file is damaged or of a newer version, or when the database
    is not empty; `force` deletes what is there. MySQL cannot take back changes of tables: there, a restoration that was
    cut off has to be done again, with `force`.
    """
    contents = await database.run(lambda _: _check(file))
    await database.run_alone(lambda connection: _fill(connection, file, contents, force=force))
    await database.migrate()
    return contents


def _write(connection: Connection, file: Path) -> Contents:
    tables = _tables(connection)
    revision = known_revisions()[-1]
    header = {"format": _FORMAT, "revision": revision, "tables": {name: _names(tables[name]) for name in tables}}
    part = file.with_name(f"{file.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        with gzip.open(raw, "wt", encoding="utf-8") as text:
            text.write(_line(header))
            rows, digest = _digest(_noting(_rows(connection, tables), text))
            text.write(_line({"rows": rows, "digest": digest}))
        raw.flush()
        os.fsync(raw.fileno())
    part.replace(file)
    return Contents(revision=revision, rows=rows, digest=digest)


def _noting(rows: Iterable[Row], text: Any) -> Iterator[Row]:
    for row in rows:
        text.write(_line(row))
        yield row


def _check(file: Path) -> Contents:
    """Read the file from end to end and see that it is whole."""
    try:
        header, *_ = _lines(file)
        revision = header["revision"] if header["format"] == _FORMAT else None
        rows, digest = _digest(row for row in _lines(file) if isinstance(row, list))
        *_, last = _lines(file)
        is_whole = last == {"rows": rows, "digest": digest}
    except (OSError, EOFError, ValueError, LookupError, TypeError) as err:
        if isinstance(err, FileNotFoundError):
            raise
        raise _refusal(f"{file} is no backup, or damaged") from err
    if revision is None or not is_whole:
        raise _refusal(f"{file} is no backup, or damaged")
    if revision not in known_revisions():
        raise _refusal(f"{file} was made by a newer version of the server (revision {revision}); update this one first")
    return Contents(revision=revision, rows=rows, digest=digest)


def _fill(connection: Connection, file: Path, contents: Contents, *, force: bool) -> None:
    known = _tables(connection)
    if not force and any(connection.execute(select(table).limit(1)).first() for table in known.values()):
        raise _refusal("the database is not empty; --force deletes what is there")
    _drop(connection)
    upgrade(connection, contents.revision)
    tables = _tables(connection)
    names = next(_lines(file))["tables"]
    rows = (row for row in _lines(file) if isinstance(row, list))
    for name, of_table in groupby(rows, key=lambda row: row[0]):
        values = [dict(zip(names[name], map(_plain, row[1]), strict=True)) for row in of_table]
        for start in range(0, len(values), _ROWS_AT_ONCE):
            connection.execute(tables[name].insert(), values[start : start + _ROWS_AT_ONCE])
    if _digest(_rows(connection, tables)) != (contents.rows, contents.digest):
        raise _refusal("what was restored is not what was saved; nothing is changed")


def _drop(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def _tables(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != _VERSION_TABLE}


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _rows(connection: Connection, tables: dict[str, Table]) -> Iterator[Row]:
    for name, table in tables.items():
        for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
            yield name, [_coded(value) for value in row]


def _coded(value: Any) -> Any:
    match value:
        case bool():
            # Not every database has a type of its own for these.
            return int(value)
        case datetime():
            return {"time": value.isoformat()}
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case _:
            return value


def _plain(value: Any) -> Any:
    match value:
        case {"time": str(text)}:
            return datetime.fromisoformat(text)
        case {"bytes": str(text)}:
            return base64.b64decode(text)
        case _:
            return value


def _digest(rows: Iterable[Any]) -> tuple[int, str]:
    """Return the count, and a digest that does not depend on the order, which databases see differently."""
    count, total = 0, 0
    for name, values in rows:
        line = _line([name, values]).encode()
        total = (total + int.from_bytes(hashlib.sha256(line).digest())) % 2**256
        count += 1
    return count, f"{total:064x}"


def _lines(file: Path) -> Iterator[Any]:
    with gzip.open(file, "rt", encoding="utf-8") as text:
        for line in text:
            yield json.loads(line)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _refusal(message: str) -> SmartPixelsError:
    return SmartPixelsError(ErrorCode.INVALID, message)
