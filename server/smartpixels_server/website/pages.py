"""The pages: all places, one place, how to join, errors. Complete without JavaScript, except for changing lights."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..devices.service import DeviceService
from ..locations.links import Links
from ..locations.model import Location
from ..locations.service import LocationService
from ..settings import Settings
from ..viewers.service import COOKIE_NAME, Viewer, ViewerService
from ..web.middlewares import ERROR_PAGE
from .assets import Assets
from .texts import LANGUAGE_COOKIE, LANGUAGES, Texts, choose_language, load_texts
from .views import PlaceView, page_data, place_view

COOKIE_SECONDS: Final = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""

_CODE: Final = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}", re.ASCII)
_ROBOTS: Final = "User-agent: *\nDisallow: /admin\nDisallow: /pair/\nDisallow: /api/\n"
_UNSAFE_IN_SCRIPT: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def setup_pages(
    app: web.Application,
    *,
    locations: LocationService,
    links: Links,
    devices: DeviceService,
    viewers: ViewerService,
    settings: Settings,
) -> Renderer:
    """Add the website to the application and return what renders it; errors for people look like it, too."""
    renderer = Renderer(Assets(), load_texts(), public_url=settings.public_url)
    pages = Pages(renderer, locations=locations, links=links, devices=devices, viewers=viewers)
    app[ERROR_PAGE] = renderer.error
    app.add_routes(
        [
            web.get("/", pages.home),
            web.get("/l/{slug}", pages.location),
            web.get("/pair/{code}", pages.pair),
            web.get("/pair/{code}/qr.svg", pages.pair_qr),
            web.get("/static/{path:.+}", renderer.assets.serve),
            web.get("/robots.txt", _robots),
            web.get("/favicon.ico", renderer.favicon),
        ]
    )
    return renderer


class Renderer:
    """Makes answers of templates: language, addresses of files, what browsers may do with the page."""

    def __init__(self, assets: Assets, texts: Mapping[str, Texts], *, public_url: str) -> None:
        self.assets = assets
        self.public_url = public_url
        self._texts = texts
        self._is_https = public_url.startswith("https:")
        environment = Environment(
            auto_reload=False,
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {
            "asset": assets.url,
            "import_map": assets.import_map,
            "languages": LANGUAGES,
            "modules": assets.modules("location.js"),
            "public_url": public_url,
            "robots": "",
            "sprite": assets.url("icons.svg"),
        }
        self._templates = {name: environment.get_template(name) for name in environment.list_templates()}

    def texts(self, request: web.Request) -> Texts:
        """Return the texts in the visitor's language."""
        return self._texts[choose_language(request)]

    def page(self, request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """Answer with a page in the visitor's language."""
        texts = self.texts(request)
        html = self._templates[template].render(
            t=texts.t, tn=texts.tn, language=texts.language, path=request.path, status=status, **values
        )
        response = web.Response(text=html, content_type="text/html", status=status, headers=self._headers(request))
        if request.query.get("lang") in LANGUAGES:
            self.set_cookie(response, LANGUAGE_COOKIE, texts.language)
        response.enable_compression()
        return response

    def set_cookie(self, response: web.Response, name: str, value: str) -> None:
        """Set a cookie that lasts and that no script reads."""
        response.set_cookie(
            name, value, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="Lax", secure=self._is_https
        )

    async def favicon(self, request: web.Request) -> web.Response:
        """Answer browsers that ask for the mark without having read a page."""
        return self.assets.answer(request, "favicon.svg")

    async def error(self, request: web.Request, status: int) -> web.Response:
        """Answer an error of the HTTP edge for people."""
        t = self.texts(request).t
        if status == HTTPStatus.NOT_FOUND:
            title, explanation = (
                t("There is no light here"),
                t("This address leads nowhere. Perhaps the place has moved."),
            )
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            title, explanation = (
                t("A fuse has blown"),
                t("The mistake is ours and has been noted. Try again in a moment."),
            )
        else:
            title, explanation = t("That did not work"), t("The server could not do this. Go back and try again.")
        return self.page(request, "error.html", status=status, title=title, explanation=explanation, robots="noindex")

    def _headers(self, request: web.Request) -> dict[str, str]:
        websocket = f"{'wss' if self._is_https or request.secure else 'ws'}://{request.host}"
        policy = (
            "default-src 'none'",
            f"script-src 'self' {self.assets.import_map_source}",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' {websocket}",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
        return {
            "Content-Security-Policy": "; ".join(policy),
            hdrs.CACHE_CONTROL: "private, no-cache",
            hdrs.VARY: "Accept-Language, Cookie",
        }


class Pages:
    """The handlers; they only read."""

    def __init__(
        self,
        renderer: Renderer,
        *,
        locations: LocationService,
        links: Links,
        devices: DeviceService,
        viewers: ViewerService,
    ) -> None:
        self._renderer = renderer
        self._locations = locations
        self._links = links
        self._devices = devices
        self._viewers = viewers

    async def home(self, request: web.Request) -> web.Response:
        """Say what this is and show all places; those that are online come first."""
        texts = self._renderer.texts(request)
        places = [self._view(location, texts) for location in await self._locations.list_locations()]
        places.sort(key=lambda place: place.sharing.kind == "offline")
        return self._renderer.page(request, "home.html", places=places)

    async def location(self, request: web.Request) -> web.Response:
        """Show one place; the visitor becomes a viewer, known by a cookie."""
        location = await self._locations.by_slug(request.match_info["slug"])
        if location is None:
            raise web.HTTPNotFound
        texts = self._renderer.texts(request)
        known = self._viewers.from_cookie(request.cookies.get(COOKIE_NAME))
        viewer = self._viewers.in_language(known, texts.language) if known else self._viewers.new_viewer(texts.language)
        response = self._renderer.page(
            request, "location.html", place=self._view(location, texts), page_data=self._data(location, viewer, texts)
        )
        self._renderer.set_cookie(response, COOKIE_NAME, self._viewers.cookie_for(viewer))
        return response

    async def pair(self, request: web.Request) -> web.Response:
        """Tell an owner how to use a pairing code; consumes nothing."""
        return self._renderer.page(request, "pair.html", code=_code(request), robots="noindex")

    async def pair_qr(self, request: web.Request) -> web.Response:
        """Draw the address of the pairing page."""
        drawing = BytesIO()
        segno.make(f"{self._renderer.public_url}/pair/{_code(request)}", error="m").save(
            drawing, kind="svg", border=2, dark="#0b0e1c", light="#ffffff", omitsize=True, svgclass=None, lineclass=None
        )
        return web.Response(body=drawing.getvalue(), content_type="image/svg+xml")

    def _view(self, location: Location, texts: Texts) -> PlaceView:
        key = location.location_id
        return place_view(
            location,
            self._links.status(key),
            self._devices.view(key),
            audience=self._viewers.audience(key),
            texts=texts,
        )

    def _data(self, location: Location, viewer: Viewer, texts: Texts) -> str:
        key = location.location_id
        data = page_data(
            location,
            self._links.status(key),
            self._devices.view(key),
            audience=self._viewers.audience(key),
            viewer=viewer,
            texts=texts,
        )
        data["sprite"] = self._renderer.assets.url("icons.svg")
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE_IN_SCRIPT)


def _code(request: web.Request) -> str:
    code = request.match_info["code"].upper()
    if not _CODE.fullmatch(code):
        raise web.HTTPNotFound
    return code


async def _robots(_: web.Request) -> web.Response:
    return web.Response(text=_ROBOTS, headers={hdrs.CACHE_CONTROL: "public, max-age=86400"})
