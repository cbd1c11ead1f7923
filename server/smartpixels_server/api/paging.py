"""Lists in parts."""

from collections.abc import Callable, Iterable

from .messages import Page


def part[T](items: Iterable[T], page: Page, *, key: Callable[[T], str]) -> tuple[list[T], str | None]:
    """Return the wanted part in the order of `key`, and the cursor of the part after it; None at the end."""
    after = sorted((item for item in items if page.cursor is None or key(item) > page.cursor), key=key)
    found = after[: page.limit]
    return found, key(found[-1]) if len(after) > page.limit else None
