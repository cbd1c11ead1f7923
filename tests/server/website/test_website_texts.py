"""Every text is in the catalog, and nothing in the catalog is out of use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartpixels_server.protocol.messages import DeviceState
from smartpixels_server.website import texts as module
from smartpixels_server.website.texts import Key, load_texts, read_catalog, used_keys
from smartpixels_server.website.vocabulary import COLORS, in_words

WEBSITE = Path(module.__file__).parent
SOURCES = sorted([*WEBSITE.glob("*.py"), *WEBSITE.glob("templates/*.html"), *WEBSITE.glob("static/*.js")])
LETTERS = re.compile(r"[^\W\d_]{2,}")


def _used() -> Iterator[Key]:
    for path in SOURCES:
        if path.name != "texts.py":
            yield from used_keys(path.read_text())


def _catalog() -> dict[Key, tuple[str, ...]]:
    found: dict[Key, tuple[str, ...]] = {}
    for message in read_catalog("pl"):
        if isinstance(message.id, tuple):
            found[message.id[0], message.id[1]] = tuple(message.string or ())
        elif message.id:
            found[str(message.id), None] = (str(message.string),)
    return found


def test_every_text_is_translated_and_no_translation_is_unused() -> None:
    assert set(_used()) == set(_catalog())


def test_translations_are_whole() -> None:
    for (one, other), strings in _catalog().items():
        assert all(strings), one
        assert len(strings) == (3 if other else 1), one
        for string in strings:
            assert sorted(re.findall(r"\{\w+\}", string)) == sorted(re.findall(r"\{\w+\}", one)), one


def test_templates_have_no_text_of_their_own() -> None:
    for path in WEBSITE.glob("templates/*.html"):
        source = re.sub(
            r"{% block page %}.*?{% endblock %}|{#.*?#}|{%.*?%}|{{.*?}}", " ", path.read_text(), flags=re.DOTALL
        )
        attributes = re.findall(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"', source)
        plain = re.sub(r"<[^>]+>", " ", source)
        words = set(LETTERS.findall(" ".join([plain, *attributes]))) - {"SmartPixels", "rgb"}
        assert not words, f"{path.name}: {words}"


def test_modules_have_no_text_of_their_own() -> None:
    for path in WEBSITE.glob("static/*.js"):
        between_tags = re.findall(r"(?<![=\-])>\s*([^\W\d_]{2,}[^<>$`;(){}]*)[<$]", path.read_text())
        in_attributes = re.findall(
            r'\b(?:alt|title|aria-label|aria-valuetext|placeholder)="([^"$]+)"', path.read_text()
        )
        assert not between_tags + in_attributes, path.name


def test_key_finder_knows_all_forms() -> None:
    source = (
        't("One") + tn("{n} lamp", "{n} lamps", 3); N_("Say \\"hi\\""); import("./not.js"); set("no"); t(\n "Wrapped")'
    )
    assert list(used_keys(source)) == [
        ("One", None),
        ("{n} lamp", "{n} lamps"),
        ('Say "hi"', None),
        ("Wrapped", None),
    ]


@pytest.mark.parametrize(
    ("count", "polish"),
    [(0, "0 lamp"), (1, "1 lampa"), (2, "2 lampy"), (5, "5 lamp"), (12, "12 lamp"), (22, "22 lampy")],
)
def test_polish_plurals(count: int, polish: str) -> None:
    assert load_texts()["pl"].tn("{n} lamp", "{n} lamps", count) == polish


def test_modules_get_their_own_texts_only() -> None:
    texts = load_texts()["pl"].for_modules()
    assert texts["{n} change"] == {"one": "{n} zmiana", "few": "{n} zmiany", "many": "{n} zmian"}
    assert texts["Red"] == "Czerwony"
    assert "Pairing code" not in texts


def test_values_are_filled_in_once() -> None:
    assert load_texts()["en"].t("set by {handle}", handle="{handle} {n}") == "set by {handle} {n}"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"available": False}, "not reachable"),
        ({"available": True, "on": False, "rgb": (255, 0, 0)}, "off"),
        ({"available": True, "on": True}, "on"),
        ({"available": True, "on": True, "rgb": (255, 0, 0), "brightness": 255}, "red, 100%"),
        ({"available": True, "on": True, "rgb": (40, 0, 0), "brightness": 1}, "red, 1%"),
        ({"available": True, "on": True, "kelvin": 2700, "brightness": 128}, "warm white, 50%"),
        ({"available": True, "on": True, "rgb": (255, 0, 0), "effect": "Solid"}, "red"),
        ({"available": True, "on": True, "rgb": (255, 0, 0), "effect": "Fire 2012"}, "Fire"),
        ({"available": True, "on": True, "effect": "Effect of tomorrow"}, "Effect of tomorrow"),
    ],
)
def test_lamps_in_words(fields: dict[str, object], words: str) -> None:
    state = DeviceState(device_id="tree", seq=1, **fields)  # type: ignore[arg-type]
    assert in_words(state, load_texts()["en"]) == words


def test_every_named_color_is_called_by_its_name() -> None:
    texts = load_texts()["en"]
    for name, rgb in COLORS:
        assert in_words(DeviceState(device_id="tree", seq=1, available=True, rgb=rgb), texts) == name
