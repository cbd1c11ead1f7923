"""Friendly two-word names, the same for a viewer every time. All words are kind and fit together grammatically."""

import hashlib
from typing import Final

_ENGLISH_ADJECTIVES: Final = """
Amber Bright Brisk Calm Cheerful Clever Cosmic Cozy Curious Dapper Eager Fluffy Gentle Golden Happy Honest Jolly Kind
Little Lively Lucky Mellow Merry Mighty Modest Nimble Patient Polite Quiet Radiant Shiny Silver Smiling Snowy Sparkling
Starry Sunny Swift Velvet Witty
"""
_ENGLISH_NOUNS: Final = """
Acorn Badger Beaver Breeze Bumblebee Candle Cloud Comet Cricket Daisy Deer Dolphin Falcon Finch Firefly Fox Hedgehog
Heron Kitten Koala Lantern Lark Lynx Maple Meadow Moonbeam Otter Owl Panda Pebble Penguin Pine Puffin Rabbit Robin
Snowflake Sparrow Squirrel Star Willow
"""
_POLISH_ADJECTIVES: Final = """
Bystry Ciekawy Cichy Ciepły Dobry Dzielny Figlarny Gwiezdny Iskrzący Jasny Kolorowy Kosmiczny Leśny Łagodny Mały Mądry
Miły Odważny Pogodny Promienny Przyjazny Puszysty Radosny Rześki Serdeczny Skoczny Skromny Słoneczny Spokojny Srebrny
Szczery Szczęśliwy Śmiały Śnieżny Uprzejmy Wesoły Wytrwały Zgrabny Złoty Zwinny
"""
_POLISH_NOUNS: Final = """
Bażant Borsuk Bóbr Chomik Czyżyk Delfin Dąb Dzięcioł Dzwonek Gawron Jaskier Jeleń Jeż Kanarek Klon Kasztan Koliber Kos
Kotek Księżyc Lampion Łabędź Łoś Miś Motyl Obłok Orzeł Pingwin Płomyk Promyk Ryś Skowronek Słowik Świerk Świerszcz
Świetlik Wróbel Zajączek Żuraw Żubr
"""
_WORDS: Final = {
    "en": (_ENGLISH_ADJECTIVES.split(), _ENGLISH_NOUNS.split()),
    "pl": (_POLISH_ADJECTIVES.split(), _POLISH_NOUNS.split()),
}


def handle(viewer_id: str, language: str) -> str:
    """Return the viewer's handle in a language, such as Gentle Otter or Łagodny Miś."""
    adjectives, nouns = _WORDS[language]
    digest = hashlib.sha256(viewer_id.encode()).digest()
    first, second = int.from_bytes(digest[:4]), int.from_bytes(digest[4:8])
    return f"{adjectives[first % len(adjectives)]} {nouns[second % len(nouns)]}"
