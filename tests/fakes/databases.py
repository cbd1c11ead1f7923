"""New databases of every kind, and something to put into them."""

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

from tests.fakes.programs import new_mariadb_database

SQL = ["sqlite", "sqlite in memory", "mariadb"]
SHARED = ["sqlite", "mariadb"]
"""Those that several programs can use at once."""

_ROWS = 3
_numbers = count(1)

type Rows = dict[str, list[dict[str, Any]]]


def new_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """Return the address of a new, empty database of the kind."""
    if kind == "sqlite in memory":
        return "sqlite://"
    if kind == "sqlite":
        return f"sqlite:///{folder}/store-{next(_numbers)}.db"
    return new_mariadb_database(request.getfixturevalue("mariadb_program"), f"store_{next(_numbers)}")


def fill(connection: Connection) -> Rows:
    """Write rows that a program of this revision could have written into every table."""
    for table in _tables(connection):
        for number in range(_ROWS):
            values = {column.name: _value(column, number) for column in table.columns}
            connection.execute(table.insert().values(values))
    return all_rows(connection)


def all_rows(connection: Connection) -> Rows:
    """Return everything in every table."""
    tables = {table.name: table for table in _tables(connection)}
    return {
        name: [
            dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
        ]
        for name, table in tables.items()
    }


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _value(column: sa.Column[Any], number: int) -> Any:
    match column.type:
        case sa.DateTime():
            value: Any = datetime(2026, 12, 6, 17) + timedelta(days=number)  # noqa: DTZ001 - as databases keep it
        case sa.Boolean():
            value = number % 2 == 1
        case sa.Integer() | sa.Numeric():
            # MySQL keeps a boolean as a number of one digit.
            value = number + 1 if column.primary_key or column.foreign_keys else number % 2
        case sa.LargeBinary():
            value = f"żółw {number}".encode()
        case sa.JSON():
            value = {"żółw": number}
        case sa.Enum(enums=names):
            value = names[0]
        case _:
            # What refers to another row refers to the row of the same number.
            value = f"ż{number}"
    return value
