"""What may be printed: text without anything that a printer would obey.

Only page 852 of the printer is used: of the TM-T88IV's pages it is the one with all Polish letters.
"""

import textwrap
import unicodedata
from typing import Final

PAGE: Final = "cp852"
COLUMNS: Final = 42
MOST_LINES: Final = 40
MOST_CHARACTERS: Final = 2000

_TAB: Final = "    "
_REPLACEMENT: Final = "?"
_LINE_ENDS: Final = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
_TYPOGRAPHY: Final = str.maketrans(
    {
        "\u201e": '"',
        "\u201c": '"',
        "\u201d": '"',
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": ",",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2022": "*",
        "\u2026": "...",
        "\u20ac": "EUR",
        "\u2122": "(TM)",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
    }
)


def lines_of(text: str, *, most: int = MOST_LINES) -> list[str]:
    """Return a text as lines that fit the paper, each of characters of page 852 only, runs of empty lines as one."""
    lines: list[str] = []
    for paragraph in _clean(text[:MOST_CHARACTERS]).split("\n"):
        for line in textwrap.wrap(paragraph, COLUMNS) or [""]:
            if line or (lines and lines[-1]):
                lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return lines[:most]


def encode(line: str) -> bytes:
    """Return the bytes of a line of `lines_of`; never a control character."""
    return line.encode(PAGE)


def _clean(text: str) -> str:
    for line_end in _LINE_ENDS:
        text = text.replace(line_end, "\n")
    text = unicodedata.normalize("NFC", text.replace("\t", _TAB)).translate(_TYPOGRAPHY)
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    """Return what stands for a character on the page: itself, its bare letters, or a question mark.

    Control, formatting, private and unassigned characters are left out, and so are marks that no letter took up.
    """
    if character == "\n":
        return character
    if unicodedata.category(character).startswith("C"):
        return ""
    if _is_on_page(character):
        return character
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    return bare if all(map(_is_on_page, bare)) else _REPLACEMENT


def _is_on_page(character: str) -> bool:
    try:
        (byte,) = character.encode(PAGE)
    except UnicodeEncodeError:
        return False
    return byte >= 0x20 and byte != 0x7F  # noqa: PLR2004 - ASCII's controls
