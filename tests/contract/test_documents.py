"""What the documents say exists, exists."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from smartpixels_server.settings import VARIABLES, Settings, markdown

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/protocol.md")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_named_in_documents_exist(name: str) -> None:
    document = ROOT / name
    text = document.read_text()
    linked = {document.parent / path for path in re.findall(r"\]\(([^)#:]+)\)", text)}
    quoted = {
        ROOT / path
        for path in re.findall(r"`((?:server|custom_components|simulator|tests|demo|scripts|docs)/[\w./-]+)`", text)
    }

    missing = sorted(str(path.relative_to(ROOT)) for path in linked | quoted if not path.exists())

    assert missing == []


def test_the_checkout_kept_the_symlink_of_the_wire() -> None:
    link = ROOT / "server/smartpixels_server/protocol"

    assert link.is_symlink(), "this checkout lost its symlinks (git config core.symlinks true, then check out again)"
    assert (link / "messages.py").samefile(ROOT / "custom_components/smartpixels/protocol/messages.py")


def test_the_table_of_settings_is_up_to_date() -> None:
    assert markdown() in (ROOT / "docs/configuration.md").read_text(), "run scripts/documents"


def test_every_setting_has_a_variable() -> None:
    assert {one.field_name for one in VARIABLES} == {one.name for one in fields(Settings)}


def test_every_line_of_the_threat_model_has_its_test() -> None:
    rows = re.findall(r"^\| (?!who|---).*\|$", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
    named = [re.search(r"\| `(tests/[\w/.]+\.py)(?:::(\w+))?` \|$", row) for row in rows]

    assert len(rows) > 10
    for row, found in zip(rows, named, strict=True):
        assert found, row
        file, test = found.groups()
        assert (ROOT / file).exists(), row
        assert f"def {test or 'test_'}" in (ROOT / file).read_text(), row
