"""Programs that take long to start, once per test run."""

from collections.abc import Generator

import pytest

from tests.fakes.programs import Program, mariadb, redis_server


@pytest.fixture(scope="session")
def mariadb_program(tmp_path_factory: pytest.TempPathFactory) -> Generator[Program]:
    """A running MariaDB without databases."""
    with mariadb(tmp_path_factory.mktemp("mariadb")) as program:
        yield program


@pytest.fixture(scope="session")
def redis_program(tmp_path_factory: pytest.TempPathFactory) -> Generator[Program]:
    """A running Redis; tests that stop or pause it start their own."""
    with redis_server(tmp_path_factory.mktemp("redis")) as program:
        yield program
