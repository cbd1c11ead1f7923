"""What people read, in their language: one gettext catalog, whose keys are the English texts."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

LANGUAGES: Final = ("en", "pl")
LANGUAGE_COOKIE: Final = "smartpixels_language"

_HERE: Final = Path(__file__).parent
_STRING: Final = r"\"((?:[^\"\\]|\\.)*)\""
_USED: Final = re.compile(rf"\b(?:t|N_)\(\s*{_STRING}|\btn\(\s*{_STRING},\s*{_STRING}")
_PLURAL_FORMS: Final = {"en": ("one", "other"), "pl": ("one", "few", "many")}
"""CLDR's names of the catalog's plural forms, in the catalog's order."""

type Key = tuple[str, str | None]


def N_(text: str) -> str:  # noqa: N802 - gettext's own word
    """Mark a text that is translated later, by its value."""
    return text


class Texts:
    """The catalog of one language."""

    def __init__(self, language: str, messages: Mapping[str, Message], module_keys: frozenset[Key]) -> None:
        self.language = language
        self._messages = messages
        self._plural_form = Locale.parse(language).plural_form
        self._module_keys = module_keys

    def t(self, key: str, **values: object) -> str:
        """Return the text, with its `{names}` filled in."""
        message = self._messages.get(key)
        return _fill(str(message.string) if message and message.string else key, values)

    def tn(self, one: str, other: str, count: int, **values: object) -> str:
        """Return the text in the plural form of `count`, which fills `{n}`."""
        forms = self._forms(one, other)
        text = forms.get(self._plural_form(count)) or list(forms.values())[-1]
        return _fill(text, {"n": count, **values})

    def for_modules(self) -> dict[str, str | dict[str, str]]:
        """Return what the page's modules need: their own keys only."""
        return {
            one: self._forms(one, other) if other else self.t(one) for one, other in sorted(self._module_keys, key=str)
        }

    def _forms(self, one: str, other: str) -> dict[str, str]:
        message = self._messages.get(one)
        if message is None or not isinstance(message.string, tuple) or not all(message.string):
            return {"one": one, "other": other}
        return dict(zip(_PLURAL_FORMS[self.language], message.string, strict=True))


def load_texts() -> dict[str, Texts]:
    """Return the texts of every language."""
    modules = frozenset(key for path in _HERE.glob("static/*.js") for key in used_keys(path.read_text()))
    return {
        language: Texts(language, {str(_first(m.id)): m for m in read_catalog(language) if m.id}, modules)
        for language in LANGUAGES
    }


def read_catalog(language: str) -> Catalog:
    """Return the catalog of a language; English is the keys themselves."""
    if language == "en":
        return Catalog(locale="en")
    with (_HERE / "locale" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def used_keys(source: str) -> Iterator[Key]:
    """Find the texts in a template, a Python or a JavaScript file: `t("…")`, `tn("…", "…", n)`, `N_("…")`."""
    for single, one, other in _USED.findall(source):
        yield (_unescaped(single), None) if single else (_unescaped(one), _unescaped(other))


def choose_language(request: web.Request) -> str:
    """Return the language that the visitor asked for: in the address, earlier, or in the browser's settings."""
    for wish in (request.query.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return _accepted(request.headers.get("Accept-Language", ""))


def _accepted(header: str) -> str:
    wishes: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    known = [(quality, tag) for quality, tag in wishes if tag in LANGUAGES and quality > 0]
    return max(known, key=lambda wish: wish[0])[1] if known else LANGUAGES[0]


def _first(message_id: Any) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _fill(text: str, values: Mapping[str, object]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), text)


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"')
