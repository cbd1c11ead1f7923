"""Between the rows that an owner fills in and the opening hours of the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .house.hours import MOST_WINDOWS, OpeningHours
from .house.reading import ConfigurationError

_SEASON: Final = ("season_from", "season_until")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row, as the key of a text."""

    key: str
    placeholders: dict[str, str] = field(default_factory=dict)


def windows_of(hours: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows for stored opening hours."""
    return [_row(window) for window in hours.get("windows", ())]


def hours_of(rows: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> dict[str, Any] | Problem:
    """Return the opening hours to store, or the first problem that they have."""
    rows = [rows] if isinstance(rows, Mapping) else rows
    if len(rows) > MOST_WINDOWS:
        return Problem("too_many_windows")
    windows = []
    for number, row in enumerate(rows, start=1):
        window = _window(row)
        if (problem := _problem(window)) is not None:
            return Problem(problem, {"row": str(number), "from": str(row["from"]), "until": str(row["until"])})
        windows.append(window)
    return OpeningHours.from_mapping({"windows": windows}).as_mapping()


def _row(window: Mapping[str, Any]) -> dict[str, Any]:
    season = window.get("season", {})
    said = {"season_from": season.get("from"), "season_until": season.get("until")}
    kept = {key: value for key, value in window.items() if key != "season"}
    return kept | {key: value for key, value in said.items() if value}


def _window(row: Mapping[str, Any]) -> dict[str, Any]:
    window: dict[str, Any] = {key: _clean(row[key]) for key in ("from", "until")}
    if row.get("days"):
        window["days"] = list(row["days"])
    if any(row.get(key) for key in _SEASON):
        window["season"] = {key.removeprefix("season_"): _clean(row.get(key) or "") for key in _SEASON}
    return window


def _problem(window: Mapping[str, Any]) -> str | None:
    try:
        OpeningHours.from_mapping({"windows": [window]})
    except ConfigurationError as err:
        return "invalid_season" if any(".season" in problem for problem in err.problems) else "invalid_moment"
    return None


def _clean(text: str) -> str:
    """Return what a person typed as the rules read it: `9:00` and `Sunset - 0:30` are fine."""
    compact = "".join(text.split()).lower().replace("\N{MINUS SIGN}", "-")
    head, sign, offset = _split(compact)
    if ":" in offset and len(offset.partition(":")[0]) == 1:
        offset = f"0{offset}"
    return f"{head}{sign}{offset}"


def _split(text: str) -> tuple[str, str, str]:
    for event in ("sunrise", "sunset"):
        if text.startswith(event):
            rest = text.removeprefix(event)
            return event, rest[:1], rest[1:]
    return "", "", text
