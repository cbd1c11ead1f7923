"""A database whose work is measured."""

from collections.abc import Callable
from typing import Any, override

from ..metrics import Metrics
from ..storage.database import Database


class MeasuredDatabase(Database):
    """Measures each piece of work, from asking for it to having its result."""

    def __init__(self, url: str, *, metrics: Metrics, **options: Any) -> None:
        super().__init__(url, **options)
        self._metrics = metrics

    @override
    async def _in_thread[**P, T](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._metrics.database():
            return await super()._in_thread(function, *args, **kwargs)
