"""The page's own files: read once, compressed once, under addresses that change with their content."""

import base64
import gzip
import hashlib
import json
import logging
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

_LOGGER = logging.getLogger(__name__)

STATIC: Final = Path(__file__).parent / "static"
PREFIX: Final = "/static/"
BARE_MODULES: Final = {
    "@lit/reactive-element": "vendor/@lit/reactive-element/reactive-element.js",
    "lit": "vendor/lit/index.js",
    "lit/directive.js": "vendor/lit/directive.js",
    "lit-element/lit-element.js": "vendor/lit-element/lit-element.js",
    "lit-html": "vendor/lit-html/lit-html.js",
    "lit-html/directive.js": "vendor/lit-html/directive.js",
    "lit-html/is-server.js": "vendor/lit-html/is-server.js",
    "socket.io-client": "vendor/socket.io-client/dist/socket.io.esm.min.js",
}

_HASHED: Final = re.compile(r"^(?P<stem>.+)\.(?P<digest>[0-9a-f]{10})(?P<suffix>\.[a-z0-9]+)$")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT: Final = re.compile(r"""(?:\bfrom|\bimport)\s*["']([^"']+)["']""")
_TYPES: Final = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css"}


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file as it is sent."""

    name: str
    url: str
    digest: str
    content_type: str
    body: bytes
    compressed: bytes


class Assets:
    """All files below `static/`; a file is known by its path there."""

    def __init__(self, root: Path = STATIC) -> None:
        self._assets = {asset.name: asset for asset in _read(root)}
        missing = [name for name in BARE_MODULES.values() if name not in self._assets]
        if missing:
            _LOGGER.warning("Front-end modules are missing, pages are read-only; run scripts/setup (%s)", missing[0])
        modules = {PREFIX + name: asset.url for name, asset in self._assets.items() if name.endswith(".js")}
        modules |= {bare: modules[PREFIX + name] for bare, name in BARE_MODULES.items() if PREFIX + name in modules}
        self.import_map = json.dumps({"imports": modules}, separators=(",", ":"))
        digest = base64.b64encode(hashlib.sha256(self.import_map.encode()).digest()).decode()
        self.import_map_source = f"'sha256-{digest}'"
        """The CSP source that allows the inline import map (browsers load no external ones)."""

    def url(self, name: str) -> str:
        """Return the address of a file that must exist."""
        return self._assets[name].url

    def modules(self, *entries: str) -> list[str]:
        """Return the addresses of modules and of all that they import, for `modulepreload`."""
        found: dict[str, str] = {}
        waiting = list(entries)
        while waiting:
            name = waiting.pop(0)
            asset = self._assets.get(name)
            if asset is None or name in found:
                continue
            found[name] = asset.url
            waiting += [
                _resolve(name, specifier) for specifier in _IMPORT.findall(_COMMENT.sub("", asset.body.decode()))
            ]
        return list(found.values())

    async def serve(self, request: web.Request) -> web.Response:
        """Answer `/static/{path}`."""
        return self.answer(request, request.match_info["path"])

    def answer(self, request: web.Request, name: str) -> web.Response:
        """Answer with a file: for ever under its hashed name, to be revalidated under its plain one."""
        hashed = _HASHED.match(name)
        asset = self._assets.get(hashed["stem"] + hashed["suffix"] if hashed else name)
        if asset is None:
            raise web.HTTPNotFound
        lasting = hashed is not None and hashed["digest"] == asset.digest
        headers = {
            hdrs.CACHE_CONTROL: "public, max-age=31536000, immutable" if lasting else "no-cache",
            hdrs.CONTENT_TYPE: asset.content_type,
            hdrs.ETAG: f'"{asset.digest}"',
            hdrs.VARY: hdrs.ACCEPT_ENCODING,
            "X-Content-Type-Options": "nosniff",
        }
        if any(tag.value == asset.digest for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            return web.Response(body=asset.compressed, headers=headers | {hdrs.CONTENT_ENCODING: "gzip"})
        return web.Response(body=asset.body, headers=headers)


def _read(root: Path) -> Iterator[Asset]:
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        body = path.read_bytes()
        digest = hashlib.sha256(body).hexdigest()[:10]
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        yield Asset(
            name=name,
            url=f"{PREFIX}{name.removesuffix(path.suffix)}.{digest}{path.suffix}",
            digest=digest,
            content_type=kind if kind.startswith("image/png") else f"{kind}; charset=utf-8",
            body=body,
            compressed=gzip.compress(body, mtime=0),
        )


def _resolve(importer: str, specifier: str) -> str:
    if specifier in BARE_MODULES:
        return BARE_MODULES[specifier]
    return (Path(importer).parent / specifier).as_posix()
