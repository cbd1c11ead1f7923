"""How the JSON API reads numbers and switches: plain, stepped ("~", "~-5", "w~10"), random ("r") and toggled ("t")."""

import random
import re
from typing import Any

_LIMITED = re.compile(r"(\d+)~(\d+)(.+)")


def read_number(value: Any, current: int, *, low: int = 0, high: int = 255) -> int | None:
    """Return the number that `value` asks for, or None when it asks for nothing.

    Steps go from `current` and stay within `low` and `high`; a step of one wraps around, as does one after a "w".
    Plain numbers are held within a byte; callers check their own range.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return min(255, value) if value >= 0 else None
    if not isinstance(value, str) or not value:
        return None
    if match := _LIMITED.fullmatch(value):
        return _from_text(match[3], current, int(match[1]), int(match[2]))
    return _from_text(value, current, low, high)


def read_switch(value: Any, current: bool) -> bool:  # noqa: FBT001 - the state itself
    """Return the switch position that `value` asks for: a boolean, "t" to toggle, anything else keeps it."""
    if isinstance(value, str) and value.startswith("t"):
        return not current
    return value if isinstance(value, bool) else current


def _from_text(text: str, current: int, low: int, high: int) -> int | None:
    if text.startswith("r"):
        return random.randint(low, max(low, high))  # noqa: S311 - a light effect, not a secret
    wrap = text.startswith("w")
    text = text.removeprefix("w")
    if text.startswith("~"):
        return _stepped(text[1:], current, (low, high), wrap=wrap)
    return min(255, int(text)) if text.isdecimal() else None


def _stepped(text: str, current: int, limits: tuple[int, int], *, wrap: bool) -> int | None:
    low, high = limits
    if not text:
        return low if current >= high else max(low, current + 1)
    if text == "-":
        return high if current <= low else min(high, current - 1)
    try:
        step = int(text)
    except ValueError:
        return None
    if wrap and current == (high if step > 0 else low):
        return low if step > 0 else high
    return min(high, max(low, current + step))
