"""Reads configuration out of plain JSON and says everything that is wrong with it at once."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


class ConfigurationError(ValueError):
    """A configuration that cannot be used; `problems` has a line for each mistake, with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class Reader:
    """One JSON object. A missing key is its default; a wrong one is noted as a problem and its default stands in."""

    def __init__(self, data: object, *, path: str = "", problems: list[str] | None = None) -> None:
        self.problems: list[str] = [] if problems is None else problems
        self._path = path
        self._known: set[str] = set()
        self._data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.problem("", "must be an object")

    def problem(self, key: str, text: str) -> None:
        """Note a mistake at `key`, or about the object itself when that is empty."""
        self.problems.append(f"{self._at(key) or 'configuration'}: {text}")

    def integer(self, key: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number within the limits."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.problem(key, f"must be a whole number from {low} to {high}")
        return default

    def number(self, key: str, default: float, *, low: float, high: float) -> float:
        """Return a number within the limits."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.problem(key, f"must be a number from {low:g} to {high:g}")
        return default

    def parsed[T](self, key: str, parse: Callable[[str], T], default: T) -> T:
        """Return what `parse` makes of a text that must be there; its ValueError is a problem."""
        if self._get(key) is None:
            self.problem(key, "is missing")
        parsed = self.parsed_or_none(key, parse)
        return default if parsed is None else parsed

    def parsed_or_none[T](self, key: str, parse: Callable[[str], T]) -> T | None:
        """Return what `parse` makes of a text, None when there is none; its ValueError is a problem."""
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.problem(key, "must be a text")
            return None
        try:
            return parse(value)
        except ValueError as err:
            self.problem(key, str(err))
            return None

    def items(self, key: str, *, most: int) -> Sequence[Any]:
        """Return a list as it is, not longer than `most`."""
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
            self.problem(key, f"must be a list of at most {most}")
            return ()
        return value

    def child(self, key: str) -> Reader | None:
        """Return the reader of an object inside, None when there is none."""
        value = self._get(key)
        return None if value is None else Reader(value, path=self._at(key), problems=self.problems)

    def children(self, key: str, *, most: int) -> Iterator[Reader]:
        """Yield the readers of a list of objects."""
        for number, value in enumerate(self.items(key, most=most)):
            yield Reader(value, path=f"{self._at(key)}[{number}]", problems=self.problems)

    def no_more(self) -> None:
        """Note every key that nobody asked for: a misspelled limit must not go unnoticed."""
        for key in self._data:
            if key not in self._known:
                self.problem(str(key), "is not known")

    def _get(self, key: str) -> Any:
        self._known.add(key)
        value = self._data.get(key)
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        return value

    def _at(self, key: str) -> str:
        return ".".join(part for part in (self._path, key) if part)


def read[T](data: object, build: Callable[[Reader], T]) -> T:
    """Return what `build` makes of `data`. Raises ConfigurationError with all problems."""
    reader = Reader(data)
    value = build(reader)
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return value
