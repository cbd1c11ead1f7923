"""The generated document of the wire is up to date and whole."""

import json
from pathlib import Path

from smartpixels_server.website.asyncapi import document

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def test_it_is_up_to_date() -> None:
    committed = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(document())), "run scripts/asyncapi"


def test_every_reference_leads_somewhere() -> None:
    referenced = {part.split('"')[0] for part in json.dumps(document()).split("#/components/schemas/")[1:]}
    assert referenced <= set(document()["components"]["schemas"])
