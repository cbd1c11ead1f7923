"""Every blueprint: valid, documented, importable, and asking only for actions that exist."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.helpers import selector
from homeassistant.util.yaml import load_yaml_dict

from tests.blueprints.conftest import BLUEPRINTS

ROOT = BLUEPRINTS.parent
FILES = sorted((BLUEPRINTS / "automation" / "smartpixels").glob("*.yaml"))
SOURCE = "https://github.com/smartpixels/smartpixels/blob/main/"


def load(path: Path) -> Blueprint:
    return Blueprint(load_yaml_dict(str(path)), path=path.name, expected_domain="automation", schema=BLUEPRINT_SCHEMA)


def actions(tree: Any) -> list[dict[str, Any]]:
    """Return every step that calls an action, however deep."""
    if isinstance(tree, dict):
        found = [tree] if isinstance(tree.get("action"), str) else []
        return found + [step for value in tree.values() for step in actions(value)]
    return [step for value in tree for step in actions(value)] if isinstance(tree, list) else []


def test_there_are_enough() -> None:
    assert len(FILES) >= 7


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_blueprint_is_valid_and_says_what_it_is(path: Path) -> None:
    blueprint = load(path)
    about = blueprint.data["blueprint"]
    assert about["name"].startswith("SmartPixels: ")
    assert "PL: " in about["description"]
    assert about["homeassistant"]["min_version"] == "2026.10.0"
    assert about["source_url"] == SOURCE + str(path.relative_to(ROOT))
    for name, settings in blueprint.inputs.items():
        assert settings["name"], name
        assert "PL: " in settings["description"], name
        picker: Any = selector.selector(settings["selector"])
        if "default" in settings:
            picker(settings["default"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_blueprint_is_written_in_the_present_syntax(path: Path) -> None:
    content = load_yaml_dict(str(path))
    assert {"blueprint", "triggers", "actions"} <= content.keys()
    assert not re.search(r"^\s*-? ?(service|platform|trigger_variables):", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_blueprint_asks_for_our_actions_only_as_they_are(path: Path) -> None:
    services = load_yaml_dict(str(ROOT / "custom_components" / "smartpixels" / "services.yaml"))
    for step in actions(load_yaml_dict(str(path))["actions"]):
        domain, _, name = step["action"].partition(".")
        if domain == "smartpixels":
            assert step["data"].keys() <= services[name]["fields"].keys(), step


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_readme_has_a_button_to_import_it(path: Path) -> None:
    address = quote(SOURCE + str(path.relative_to(ROOT)), safe="")
    assert (
        f"https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url={address}"
        in (ROOT / "README.md").read_text()
    )
