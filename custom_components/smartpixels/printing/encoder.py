"""The bytes of a plain slip, from Epson's documents: TM-T88IV Technical Reference Guide, ESC/POS Programming Guide."""

from typing import Final

from .text import encode, lines_of

_INITIALIZE: Final = b"\x1b@"
_PAGE_852: Final = b"\x1bt\x12"
_BOLD: Final = b"\x1bE\x01"
_NOT_BOLD: Final = b"\x1bE\x00"
_FEED_AND_CUT: Final = b"\x1dVB\x00"
_MOST_TITLE_LINES: Final = 2


def slip(message: str, title: str | None = None) -> bytes:
    """Return the bytes that print a message under a bold title, and cut. Raises ValueError when nothing would show."""
    head = lines_of(title or "", most=_MOST_TITLE_LINES)
    body = lines_of(message)
    if not body and not head:
        raise ValueError("there is nothing to print")
    return b"".join(
        (
            _INITIALIZE,
            _PAGE_852,
            _BOLD + _lines(head) + _NOT_BOLD if head else b"",
            _lines(body),
            _FEED_AND_CUT,
        )
    )


def _lines(lines: list[str]) -> bytes:
    return b"".join(encode(line) + b"\n" for line in lines)
