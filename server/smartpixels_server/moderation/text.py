"""Text by strangers: made plain, looked through, and given a verdict. Pure; every source asks here.

Normalizing is for the comparison only. What is printed or shown is the text as written, tidied.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .confusables import CONFUSABLES, LEET

_SPACES: Final = re.compile(r"[^\S\n]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_RUNS: Final = re.compile(r"(.)\1+")
_WORD: Final = re.compile(r"[^\W_]+")
_LINK: Final = re.compile(
    r"https?\s*:|www\s*\.|\b[a-z0-9-]{2,}(?:\.| \. |\s?\((?:dot|kropka)\)\s?|\s?\[dot\]\s?)"
    r"(?:com|net|org|info|io|me|tv|gg|xyz|top|shop|site|online|link|ly|eu|pl|de|uk|ru|cz|sk|ua)\b",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\(malpa\))\s?[\w-]+\s?(?:\.|\(dot\)|\(kropka\))\s?\w{2,}", re.IGNORECASE
)
_PHONE: Final = re.compile(r"(?:\+|00)?\d(?:[\s().\-/]{0,2}\d){6,14}")
_DATE: Final = re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d{2}-\d{2})\b")


class Problem(StrEnum):
    """Why a text is not taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"
    NOT_PRINTABLE = "not_printable"
    LINK = "link"
    EMAIL = "email"
    PHONE = "phone"
    WORD = "word"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is to be done: `text`, tidied, may go on when there is no problem. `detail` is for moderators only."""

    text: str
    problem: Problem | None = None
    detail: str = ""

    @property
    def is_fine(self) -> bool:
        """Tell whether nothing speaks against the text."""
        return self.problem is None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What fits: characters and lines after tidying, and which characters can be printed (`None`: all letters)."""

    length: int = 280
    lines: int = 12
    printable: frozenset[str] | None = None


class WordList:
    """Words that are not wanted. An entry is a whole word; with `*` at its end also the beginning of longer ones."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._stems: set[str] = set()
        for line in entries:
            entry = line.partition("#")[0].strip()
            plain = "".join(_WORD.findall(normalize(entry)))
            if plain:
                (self._stems if entry.endswith("*") else self._words).add(plain)

    def find(self, word: str) -> str | None:
        """Return the entry that a normalized word matches."""
        if word in self._words:
            return word
        return next((word[:end] for end in range(3, len(word) + 1) if word[:end] in self._stems), None)


class TextFilter:
    """Judges texts."""

    def __init__(self, words: WordList, limits: Limits) -> None:
        self._words = words
        self._limits = limits

    def judge(self, text: str) -> Verdict:
        """Return the verdict on a text of any content; never raises."""
        text = tidy(text)
        problem, detail = self._form(text) or self._contacts(text) or self._unwanted(text) or (None, "")
        return Verdict(text=text, problem=problem, detail=detail)

    def _form(self, text: str) -> tuple[Problem, str] | None:
        if not any(c.isalnum() or unicodedata.category(c) in {"So", "Sm"} for c in text):
            return Problem.EMPTY, ""
        if len(text) > self._limits.length:
            return Problem.TOO_LONG, f"{len(text)} of {self._limits.length} characters"
        if text.count("\n") >= self._limits.lines:
            return Problem.TOO_MANY_LINES, f"{text.count('\n') + 1} of {self._limits.lines} lines"
        odd = next((c for c in text if not self._can_print(c)), None)
        return (Problem.NOT_PRINTABLE, f"U+{ord(odd):04X}") if odd is not None else None

    def _can_print(self, character: str) -> bool:
        if character in " \n":
            return True
        if self._limits.printable is not None:
            return character in self._limits.printable
        return character.isprintable() and unicodedata.category(character) not in {"Co", "Cn", "Cs"}

    def _contacts(self, text: str) -> tuple[Problem, str] | None:
        plain = unicodedata.normalize("NFKC", text)
        for problem, pattern in ((Problem.EMAIL, _EMAIL), (Problem.LINK, _LINK)):
            if found := pattern.search(plain):
                return problem, found[0]
        if found := _PHONE.search(_DATE.sub(" ", plain)):
            return Problem.PHONE, found[0]
        return None

    def _unwanted(self, text: str) -> tuple[Problem, str] | None:
        for leet in (False, True):
            words = _WORD.findall(normalize(text, leet=leet))
            for word in (*words, *_spelled(words)):
                if found := self._words.find(word) or self._words.find(_RUNS.sub(r"\1", word)):
                    return Problem.WORD, found
        return None


def tidy(text: str) -> str:
    """Return the text as it will be shown: composed, without invisible characters, with single spaces."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"} or c in "\t\v\f")
    lines = [_SPACES.sub(" ", line).strip() for line in _unstacked(text).split("\n")]
    return unicodedata.normalize("NFC", _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip())


def normalize(text: str, *, leet: bool = False) -> str:
    """Return the text for comparison: lower case, no diacritics, Latin letters for those alike; `leet`: for digits."""
    text = unicodedata.normalize("NFKD", text).casefold().translate(CONFUSABLES)
    text = unicodedata.normalize("NFKD", text).casefold().translate(CONFUSABLES)
    if leet:
        text = text.translate(LEET)
    return "".join(c for c in text if not unicodedata.category(c).startswith(("M", "Cf")))


def _unstacked(text: str) -> str:
    """At most two marks on a letter: towers of them would print over other lines."""
    kept: list[str] = []
    marks = 0
    for c in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= 2:  # noqa: PLR2004 - as the docstring says
            kept.append(c)
    return unicodedata.normalize("NFC", "".join(kept))


def _spelled(words: list[str]) -> list[str]:
    """Join letters that stand alone: `d u p a`."""
    found: list[str] = []
    run: list[str] = []
    for word in (*words, ""):
        if len(word) == 1:
            run.append(word)
        else:
            if len(run) > 2:  # noqa: PLR2004 - two are initials
                found.append("".join(run))
            run = []
    return found
