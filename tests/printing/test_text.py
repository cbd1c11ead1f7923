"""What may be printed: nothing that a printer obeys, whatever comes."""

from itertools import batched

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.smartpixels.printing.encoder import slip
from custom_components.smartpixels.printing.text import COLUMNS, MOST_LINES, encode, lines_of
from custom_components.smartpixels.printing.transport import Place


@given(st.text(max_size=300))
def test_no_text_holds_anything_that_a_printer_obeys(text: str) -> None:
    for line in lines_of(text):
        encoded = encode(line)
        assert all(byte >= 0x20 and byte != 0x7F for byte in encoded)
        assert len(encoded) <= COLUMNS


def test_no_character_does() -> None:
    everything = [chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000]
    for some in batched(everything, 800, strict=False):
        for line in lines_of("".join(some)):
            assert all(byte >= 0x20 and byte != 0x7F for byte in encode(line)), hex(ord(some[0]))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Zażółć gęślą jaźń ŹĆŁ", ["Zażółć gęślą jaźń ŹĆŁ"]),
        ("z\u0307o\u0301", ["żó"]),
        ("„tak” — 5 € … ok™", ['"tak" - 5 EUR ... ok(TM)']),
        ("naïve ﬁsh ñ", ["naive fish n"]),
        ("Привет 🎄", ["?????? ?"]),
        ("a\u202eb\u200bc\ufeffd\u00ade", ["abcde"]),
        ("a" + "\u0336" * 50 + "b", ["ab"]),
        ("one\r\ntwo\rthree\u2028four", ["one", "two", "three", "four"]),
        ("\n\na\n\n\n\nb\n\n", ["a", "", "b"]),
        ("x" * 50, ["x" * 42, "x" * 8]),
        ("", []),
        ("\ud800", []),
    ],
)
def test_texts_as_they_are_printed(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


def test_a_slip_has_an_end() -> None:
    assert len(lines_of("line\n" * 1000)) == MOST_LINES
    assert len(slip("x" * 100_000, "y" * 100_000)) < 4096, "it fits the printer's own memory"


def test_a_slip_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="nothing"):
        slip(" \x07 ", "\x1b")
    assert b"only a title\n" in slip("", "only a title")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("/dev/ttyUSB0", "/dev/ttyUSB0"),
        (" 10.0.0.5 ", "socket://10.0.0.5:9100"),
        ("printer.local:9101", "socket://printer.local:9101"),
        ("[fe80::1]:9100", "socket://[fe80::1]:9100"),
    ],
)
def test_places_are_understood(text: str, url: str) -> None:
    assert Place.parse(text).url == url


@pytest.mark.parametrize("text", ["", "a b", "http://10.0.0.5", "10.0.0.5:0", "10.0.0.5:99999", "u:p@host", "COM 3"])
def test_bad_places_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        Place.parse(text)
