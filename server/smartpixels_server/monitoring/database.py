"""A database whose work is measured."""

from collections.abc import Callable
from typing import override

from sqlalchemy import Connection

from ..metrics import Metrics
from ..storage.database import Database


class MeasuredDatabase(Database):
    """Measures each piece of work, from asking for it to having its result."""

    def __init__(self, url: str, *, metrics: Metrics) -> None:
        super().__init__(url)
        self._metrics = metrics

    @override
    async def run[T](self, work: Callable[[Connection], T]) -> T:
        with self._metrics.database():
            return await super().run(work)
