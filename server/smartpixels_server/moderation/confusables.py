"""Characters that look like Latin letters, for comparisons only."""

# ruff: noqa: RUF001 - ambiguous characters are the point

from typing import Final

_ALIKE: Final = {
    "a": "аαɑ∂ạ",
    "b": "вьβƅ",
    "c": "сϲ¢ç",
    "d": "ԁđð",
    "e": "еёεєэ℮",
    "f": "ƒғ",
    "g": "ɡց",
    "h": "нһη",
    "i": "іїιıɩ",
    "j": "јϳ",
    "k": "кκ",
    "l": "łӏǀ",
    "m": "мʍ",
    "n": "пոиѝ",
    "o": "оοσøº°о",
    "p": "рρþ",
    "q": "ԛգ",
    "r": "гɾя",
    "s": "ѕʂ",
    "t": "тτ",
    "u": "υսц",
    "v": "νѵ",
    "w": "ԝωшщ",
    "x": "хχ",
    "y": "уγүч",
    "z": "ʐᴢ",
}
CONFUSABLES: Final = str.maketrans({alike: letter for letter, many in _ALIKE.items() for alike in many} | {"ß": "ss"})
LEET: Final = str.maketrans("01345789@$!|+€", "oieastbgasiite")
