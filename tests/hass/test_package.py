"""The files around the code: the rules of hassfest and HACS that need no network, and our own on translations."""

import ast
import json
import re
import struct
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homeassistant.helpers import selector
from homeassistant.util.yaml import load_yaml_dict

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "custom_components" / "smartpixels"

MANIFEST_KEYS = {
    *("domain", "name", "codeowners", "documentation", "integration_type", "iot_class", "issue_tracker", "version"),
    *("after_dependencies", "config_flow", "dependencies", "loggers", "requirements", "usb", "zeroconf"),
}

NAMELESS = {"light.strip", "notify.printer", "scene.preset"}
"""Entities that are called as their device is, or by a name that the device gives."""

TIERS = {
    "bronze": """action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
        dependency-transparency docs-actions docs-conditions docs-high-level-description docs-installation-instructions
        docs-removal-instructions docs-triggers entity-event-setup entity-unique-id has-entity-name runtime-data
        test-before-configure test-before-setup unique-config-entry""",
    "silver": """action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
        entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow
        test-coverage""",
    "gold": """devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations
        docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices
        entity-category entity-device-class entity-disabled-by-default entity-translations exception-translations
        icon-translations reconfiguration-flow repair-issues stale-devices""",
    "platinum": "async-dependency inject-websession strict-typing",
}
"""The rules of the Integration Quality Scale."""


CHAPTERS = {
    "docs-actions": ("automations.md", "## Actions"),
    "docs-configuration-parameters": ("house-rules.md", "## The options"),
    "docs-data-update": ("devices.md", "how its state is known"),
    "docs-examples": ("automations.md", "## Examples"),
    "docs-high-level-description": ("README.md", "# SmartPixels for owners"),
    "docs-installation-instructions": ("install.md", "## Install"),
    "docs-installation-parameters": ("install.md", "| Pairing code |"),
    "docs-known-limitations": ("troubleshooting.md", "## Known limits"),
    "docs-removal-instructions": ("install.md", "## Leave"),
    "docs-supported-devices": ("devices.md", "# Devices"),
    "docs-supported-functions": ("automations.md", "## Entities of your location"),
    "docs-troubleshooting": ("troubleshooting.md", "# Troubleshooting"),
    "docs-use-cases": ("README.md", "## Why one wants it"),
}
"""Where the owner's guide keeps each promise of the quality list."""


def load(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / path).read_text())
    return content


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Return every text by its dotted path."""
    texts: dict[str, str] = {}
    for key, value in tree.items():
        texts |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return texts


def modules() -> dict[str, ast.Module]:
    return {str(path.relative_to(FOLDER)): ast.parse(path.read_text()) for path in FOLDER.rglob("*.py")}


def calls() -> Iterator[tuple[str, str, dict[str, ast.expr]]]:
    """Yield every call of the code: its file, the name that is called, and what is given by keyword."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).rpartition(".")[2]
                yield path, name, {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}


def literals(expression: ast.expr) -> list[str]:
    """Return the plain words that an expression may be: `"a"` or `"a" if … else "b"`."""
    match expression:
        case ast.Constant(value=str() as word):
            return [word]
        case ast.IfExp(body=body, orelse=orelse):
            return literals(body) + literals(orelse)
    return []


def translated(suffix: str) -> list[tuple[str, dict[str, ast.expr]]]:
    """Return the translation keys that are given to whatever is called `…suffix`, with all its keywords."""
    return [
        (key, given)
        for _, name, given in calls()
        if name.endswith(suffix) and "translation_key" in given
        for key in literals(given["translation_key"])
    ]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_the_manifest_is_in_order_and_complete() -> None:
    manifest = load("manifest.json")
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(keys[2:])]
    required = {"codeowners", "documentation", "domain", "integration_type", "iot_class", "issue_tracker", "version"}
    assert required <= set(keys) <= MANIFEST_KEYS
    assert manifest["codeowners"]
    assert manifest["documentation"].startswith("https://github.com/")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert manifest["version"] == project["version"]
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
        assert not re.search(r"<[a-z]|https?://|www\.|\[%key|'[^' ]*\{\w+\}[^' ]*'", text), key
        assert all(re.fullmatch(r"[a-z0-9_]+", part) for part in key.split(".")), key


def test_every_field_is_described() -> None:
    english = load("translations/en.json")
    steps = list(english["config"]["step"].values())
    for kind in english["config_subentries"].values():
        steps += kind["step"].values()
    steps += [section for step in steps for section in step.get("sections", {}).values()]
    for step in steps:
        assert step["data"].keys() == step["data_description"].keys()


@pytest.mark.parametrize(("suffix", "kind"), [("Error", "exceptions"), ("create_issue", "issues")])
def test_every_key_in_the_code_has_a_text_with_the_same_placeholders(suffix: str, kind: str) -> None:
    texts = load("translations/en.json")[kind]
    used = translated(suffix)
    assert used
    for key, given in used:
        assert key in texts, key
        if isinstance(said := given.get("translation_placeholders"), ast.Dict):
            names = {name.value for name in said.keys if isinstance(name, ast.Constant)}
            assert placeholders(" ".join(texts[key].values())) <= names, key


@pytest.mark.parametrize("kind", ["exceptions", "issues"])
def test_no_text_is_left_over(kind: str) -> None:
    words = {
        node.value
        for module in modules().values()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert load("translations/en.json")[kind].keys() <= words


def test_every_list_to_choose_from_has_its_texts() -> None:
    selectors = load("translations/en.json")["selector"]
    used = {key for key, _ in translated("SelectorConfig")}
    assert used
    assert used <= selectors.keys()


def test_every_entity_has_a_name() -> None:
    entities = load("translations/en.json")["entity"]
    known = {key: platform for platform, keys in entities.items() for key in keys}
    used = {key for key, _ in translated("Description")}
    for module in modules().values():
        for node in ast.walk(module):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("_attr_translation_key"):
                used |= set(literals(node.value))
    assert len(used) > 15
    assert used <= known.keys() | {name.partition(".")[2] for name in NAMELESS}
    nameless = {f"{platform}.{key}" for platform, keys in entities.items() for key in keys if "name" not in keys[key]}
    assert nameless <= NAMELESS


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
        nameless = {name.partition(".")[2] for name in NAMELESS if name.startswith(f"{platform}.")}
        assert entities.keys() <= english["entity"].get(platform, {}).keys() | nameless
        for icon in entities.values():
            assert icon["default"].startswith("mdi:")
            assert icon["default"] not in icon.get("state", {}).values()


def test_the_quality_list_has_all_rules_kept_or_with_a_reason() -> None:
    rules = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]
    assert list(rules) == [rule for tier in TIERS.values() for rule in sorted(tier.split())]
    assert len(rules) == 54
    for rule, status in rules.items():
        assert status == "done" or (status["status"] in ("done", "exempt") and status["comment"]), rule


def test_the_guide_has_a_chapter_for_each_rule_about_documentation() -> None:
    rules = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]
    assert CHAPTERS.keys() == {rule for rule, status in rules.items() if rule.startswith("docs-") and status == "done"}
    for page, chapter in CHAPTERS.values():
        assert chapter in (ROOT / "docs" / "owners" / page).read_text(), (page, chapter)


def test_the_guide_names_every_action_and_no_other() -> None:
    services = load_yaml_dict(str(FOLDER / "services.yaml"))
    guide = (ROOT / "docs" / "owners" / "automations.md").read_text()
    assert set(re.findall(r"smartpixels\.(\w+)", guide)) == services.keys()


def test_every_picture_of_the_guide_exists_and_is_small() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs" / "owners").rglob("*.md")]
    pictures = {
        (page.parent / path).resolve() for page in pages for path in re.findall(r"!\[.*?\]\((.*?)\)", page.read_text())
    }
    assert len(pictures) > 5
    for picture in pictures:
        assert picture.stat().st_size <= 300_000, picture


def test_every_platform_says_how_many_updates_may_run_at_once() -> None:
    platforms = [path for path, module in modules().items() if "async_add_entities" in ast.unparse(module)]
    platforms = [path for path in platforms if (FOLDER / path).stem in load("translations/en.json")["entity"]]
    assert len(platforms) > 5
    for path in platforms:
        assert re.search(
            r"^PARALLEL_UPDATES = \d$|^PARALLEL_UPDATES: Final = \d$", (FOLDER / path).read_text(), re.MULTILINE
        ), path


def test_nothing_hides_in_the_common_drawer() -> None:
    code = "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))
    assert "hass.data[" not in code
    assert "ClientSession()" not in code
    assert (FOLDER / "coordinator.py").exists()
    assert (FOLDER / "entity.py").exists()


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
