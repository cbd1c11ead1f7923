"""What strangers write: made plain, looked through, given a verdict."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartpixels_server.moderation.text import Limits, Problem, TextFilter, WordList, normalize, tidy
from smartpixels_server.moderation.words import ENGLISH, POLISH

WORDS = WordList([*POLISH.split(), *ENGLISH.split(), "Grinch", "# a comment", "łotr*   # with one", ""])
FILTER = TextFilter(WORDS, Limits())
PRINTER = TextFilter(WORDS, Limits(length=20, lines=2, printable=frozenset("abcdefghijklmnopqrstuvwxyząęć !")))


@pytest.mark.parametrize(
    "text",
    [
        "Merry Christmas from Scunthorpe!",
        "Wesołych Świąt, ciotko! Zażółć gęślą jaźń.",
        "Hi Dickens, class of 2026, 24.12.2026, 2026-12-24",
        "Mamy 3 koty i 12 lampek o 17:30",
        "🎄✨",
        "a b c",
        "The pedal of a bike; assess, analyze",
        "Jak się masz? Dobrze. Me too.",
    ],
)
def test_kind_words_pass(text: str) -> None:
    verdict = FILTER.judge(text)
    assert verdict.is_fine, verdict
    assert verdict.text == text


@pytest.mark.parametrize(
    "text",
    [
        "fuck",
        "FUCK you",
        "fück",
        "f u c k",
        "f.u.c.k",
        "fuuuuck",
        "fuсk",  # noqa: RUF001 - a Cyrillic letter
        "ｆｕｃｋ",  # noqa: RUF001 - wide letters
        "𝓯𝓾𝓬𝓴",  # noqa: RUF001 - mathematical letters
        "f\u200bu\u200bck",
        "f\u0336u\u0336c\u0336k\u0336",
        "sh1t",
        "$h!t",
        "kurwa",
        "KURWIARZ",
        "kurw4",
        "skurwysyn",
        "jebać",
        "wypierdalaj",
        "gówno",
        "d u p a",
        "grinch",
        "Łotrzyk",
    ],
)
def test_unwanted_words_do_not(text: str) -> None:
    assert FILTER.judge(text).problem is Problem.WORD


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.EMPTY),
        (" \n\t\u200b.,", Problem.EMPTY),
        ("x" * 281, Problem.TOO_LONG),
        ("\n".join("abcdefghijklm"), Problem.TOO_MANY_LINES),
        ("private \ue000 use", Problem.NOT_PRINTABLE),
        ("see https://example.org/x", Problem.LINK),
        ("www.example.org", Problem.LINK),
        ("example . com", Problem.LINK),
        ("example(dot)com", Problem.LINK),
        ("bit.ly", Problem.LINK),
        ("me@example.org", Problem.EMAIL),
        ("me (at) example (dot) org", Problem.EMAIL),
        ("+48 600 700 800", Problem.PHONE),
        ("zadzwoń 600-700-800", Problem.PHONE),
        ("(22) 555 12 34", Problem.PHONE),
        ("６００７００８００", Problem.PHONE),  # noqa: RUF001 - wide digits
    ],
)
def test_what_else_is_not_taken(text: str, problem: Problem) -> None:
    assert FILTER.judge(text).problem is problem


def test_what_a_printer_cannot_print() -> None:
    assert PRINTER.judge("miau ęą!").is_fine
    assert PRINTER.judge("miau Ж").problem is Problem.NOT_PRINTABLE
    assert PRINTER.judge("one\ntwo\nthree").problem is Problem.TOO_MANY_LINES


def test_tidying() -> None:
    assert tidy("  a \t b\r\n\n\n\n c\u202e ") == "a b\n\nc"
    assert tidy("z\u0301\u0301\u0301\u0301\u0301") == "ź\u0301"


@given(st.text())
@example("\u0345\u0301")
@example("ﬀ\u2028İ")
def test_any_text_is_judged_and_tidying_is_done_once(text: str) -> None:
    verdict = FILTER.judge(text)
    assert tidy(verdict.text) == verdict.text
    assert FILTER.judge(verdict.text) == verdict


@given(st.text(), st.booleans())
def test_normalizing_is_done_once(text: str, leet: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    plain = normalize(text, leet=leet)
    assert normalize(plain, leet=leet) == plain


@given(st.sampled_from(["fuck", "kurwa", "shit"]), st.lists(st.booleans(), min_size=5, max_size=5), st.data())
def test_disguises_do_not_help(word: str, upper: list[bool], data: st.DataObject) -> None:
    letters = [c.upper() if is_upper else c for c, is_upper in zip(word, [*upper, False], strict=False)]
    glue = data.draw(st.sampled_from(["", "\u200b", "\u0336", "\u00ad", "\ufe0f"]))
    assert FILTER.judge(glue.join(letters)).problem is Problem.WORD
