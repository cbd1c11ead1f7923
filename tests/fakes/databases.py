"""New databases of every kind, for tests."""

from itertools import count
from pathlib import Path

import pytest

from tests.fakes.programs import new_mariadb_database

SQL = ["sqlite", "sqlite in memory", "mariadb"]
SHARED = ["sqlite", "mariadb"]
"""Those that several programs can use at once."""

_numbers = count(1)


def new_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """Return the address of a new, empty database of the kind."""
    if kind == "sqlite in memory":
        return "sqlite://"
    if kind == "sqlite":
        return f"sqlite:///{folder}/store-{next(_numbers)}.db"
    return new_mariadb_database(request.getfixturevalue("mariadb_program"), f"store_{next(_numbers)}")
