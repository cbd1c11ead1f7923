"""The generated document of the API is up to date, and the server keeps to it, whatever it is sent."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from smartpixels_server.api import service
from smartpixels_server.api.edge import DOCUMENT
from smartpixels_server.api.model import Scope
from smartpixels_server.api.service import ApiKeyService
from smartpixels_server.api.sql_store import SqlApiKeyStore
from smartpixels_server.app import create_app
from smartpixels_server.clock import SystemClock
from smartpixels_server.settings import Settings
from tests.server.running import serving

ROOT = Path(__file__).parents[2]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)
EXAMPLES = 8
SECONDS = 150


def test_it_is_up_to_date() -> None:
    app = create_app(Settings(database_url="sqlite://", secrets=("only for the document",)))
    committed = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(app[DOCUMENT])), "run scripts/documents"


@pytest.mark.timeout(SECONDS + 30)
async def test_no_server_error_and_no_undocumented_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("CALLS", "GUESSES"):
        monkeypatch.setattr(service, limit, 1_000_000)
    settings = Settings(database_url=f"sqlite:///{tmp_path}/test.db", secrets=("a secret for tests only",))
    async with serving(settings, SystemClock()) as server:
        _, token = await server.new_location()
        await server.link(token)
        keys = ApiKeyService(SqlApiKeyStore(server.database), server.clock)
        secret = (await keys.create("Schemathesis", Scope)).secret
        document = tmp_path / "openapi.json"
        text = (ROOT / "docs/openapi.json").read_text(encoding="utf-8")
        document.write_text(text.replace('"/api/v1/locations/{slug}', '"/api/v1/locations/our-house'), encoding="utf-8")
        for path in (ROOT / "docs/openapi.json", document):
            code, output = await _run(path, server.url, secret, folder=tmp_path)
            assert code == 0, output


async def _run(document: Path, url: str, secret: str, *, folder: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("schemathesis")), "run", str(document), "--url", url),
        *("--header", f"Authorization: Bearer {secret}", "--checks", ",".join(CHECKS)),
        *("--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "1", "--no-shrink"),
        *("--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()
