"""The files around the code: the rules of hassfest and HACS that need no network, and our own on translations."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from homeassistant.helpers import selector
from homeassistant.util.yaml import load_yaml_dict

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "custom_components" / "smartpixels"

ISSUE_KEYS = {"link_replaced", "unsupported_version"}


def load(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / path).read_text())
    return content


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Return every text by its dotted path."""
    texts: dict[str, str] = {}
    for key, value in tree.items():
        texts |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return texts


def source() -> str:
    return "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_the_manifest_is_in_order_and_complete() -> None:
    manifest = load("manifest.json")
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(keys[2:])]
    required = {"codeowners", "documentation", "domain", "integration_type", "iot_class", "issue_tracker", "version"}
    assert required <= set(keys)
    assert manifest["domain"] == FOLDER.name
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert all(re.fullmatch(r"[\w-]+>=[\d.]+", requirement) for requirement in manifest["requirements"])
    assert manifest["requirements"] == sorted(manifest["requirements"])


def test_there_is_one_manifest_in_the_whole_repository() -> None:
    hidden = {".venv", ".git", "node_modules"}
    found = [path for path in ROOT.glob("[!.]*/**/manifest.json") if not hidden & set(path.parts)]
    assert [path.relative_to(ROOT) for path in found if "demo" not in str(path)] == [
        Path("custom_components/smartpixels/manifest.json")
    ]


def test_hacs_knows_the_minimum() -> None:
    hacs = json.loads((ROOT / "hacs.json").read_text())
    assert hacs == {"name": "SmartPixels", "homeassistant": "2026.10.0"}


def test_polish_says_everything_that_english_says() -> None:
    english, polish = flat(load("translations/en.json")), flat(load("translations/pl.json"))
    assert list(english) == list(polish)
    for key, text in english.items():
        assert placeholders(text) == placeholders(polish[key]), key


@pytest.mark.parametrize("language", ["en", "pl"])
def test_texts_follow_the_rules(language: str) -> None:
    for key, text in flat(load(f"translations/{language}.json")).items():
        assert text, key
        assert text == text.strip(), key
        assert not re.search(r"<[a-z]|https?://|\[%key|'\{", text), key
        assert all(re.fullmatch(r"[a-z0-9_]+", part) for part in key.split(".")), key


def test_every_field_is_described() -> None:
    english = load("translations/en.json")
    steps = list(english["config"]["step"].values())
    for kind in english["config_subentries"].values():
        steps += kind["step"].values()
    steps += [section for step in steps for section in step.get("sections", {}).values()]
    for step in steps:
        assert step["data"].keys() == step["data_description"].keys()


def test_every_key_in_the_code_has_a_text() -> None:
    english = load("translations/en.json")
    entity_keys = {key for platform in english["entity"].values() for key in platform}
    known = entity_keys | english["exceptions"].keys() | english["issues"].keys() | english["selector"].keys()
    used = set(re.findall(r'translation_key="(\w+)"', source())) | set(
        re.findall(r'_attr_translation_key = "(\w+)"', source())
    )
    assert used <= known
    assert english["issues"].keys() >= ISSUE_KEYS


def test_every_error_of_the_flows_has_a_text() -> None:
    english = load("translations/en.json")
    flow = (FOLDER / "config_flow.py").read_text()
    tables = flow[flow.index("_KEY_OF_REFUSAL") : flow.index("class ")]
    assert set(re.findall(r': "(\w+)"', tables)) | {"invalid_server", "refused"} <= english["config"]["error"].keys()
    subentry = (FOLDER / "subentry_flows" / "wled.py").read_text()
    used = set(re.findall(r'CONF_HOST: "(\w+)"', subentry))
    assert used <= english["config_subentries"]["wled"]["error"].keys()
    for kind in english["config_subentries"].values():
        if "exposure" in kind["step"]:
            assert {"invalid_color", "name_too_long"} <= kind["error"].keys()


def test_actions_have_texts_icons_and_valid_selectors() -> None:
    english, icons = load("translations/en.json"), load("icons.json")
    services = load_yaml_dict(str(FOLDER / "services.yaml"))
    assert services.keys() == english["services"].keys() == icons["services"].keys()
    for name, service in services.items():
        fields = service.get("fields", {})
        assert fields.keys() == english["services"][name].get("fields", {}).keys()
        for field in fields.values():
            selector.validate_selector(field["selector"])


def test_icons_are_of_known_entities_and_never_the_default_again() -> None:
    english, icons = load("translations/en.json"), load("icons.json")
    for platform, entities in icons["entity"].items():
        assert entities.keys() <= english["entity"][platform].keys()
        for icon in entities.values():
            assert icon["default"].startswith("mdi:")
            assert icon["default"] not in icon.get("state", {}).values()


def test_the_quality_list_has_all_rules_with_reasons() -> None:
    rules = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]
    assert len(rules) == 54
    for rule, status in rules.items():
        assert status in ("done", "todo") or status["comment"], rule


@pytest.mark.parametrize(("name", "size"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_icons_have_their_sizes(name: str, size: int) -> None:
    assert png_size(name) == (size, size)


@pytest.mark.parametrize(("name", "side"), [("logo.png", 128), ("logo@2x.png", 256)])
def test_logos_have_their_sizes(name: str, side: int) -> None:
    assert min(png_size(name)) == min(png_size(f"dark_{name}")) == side


def png_size(name: str) -> tuple[int, ...]:
    header = (FOLDER / "brand" / name).read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    return struct.unpack(">II", header[16:])
