"""The admin: pages for operators and moderators. Plain forms, complete without JavaScript."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final

from aiohttp import hdrs, web

from ..devices.service import DeviceService
from ..errors import SmartPixelsError
from ..locations.links import Links
from ..locations.model import Location
from ..locations.service import LocationService
from ..operators.model import AuditAction, Operator, csrf_token
from ..operators.service import AUDIT_PAGE, OperatorService
from ..protocol.errors import ErrorCode
from ..storage.own_writes import AUTHOR
from ..turns.service import TurnService
from ..viewers.service import ViewerService
from ..viewers.sockets import ViewerConnection
from ..web.clients import Clients
from .pages import Renderer
from .texts import N_, Texts
from .views import place_view

SESSION_COOKIE: Final = "smartpixels_operator"
_ACTIONS: Final = {
    AuditAction.LOGGED_IN: N_("logged in"),
    AuditAction.LOGIN_FAILED: N_("failed to log in"),
    AuditAction.OPERATOR_ADDED: N_("was added as an operator"),
    AuditAction.PASSWORD_CHANGED: N_("got a new password"),
    AuditAction.LOCATION_CREATED: N_("created the place"),
    AuditAction.CODE_MADE: N_("made a pairing code"),
    AuditAction.TOKEN_REVOKED: N_("revoked the token"),
    AuditAction.TURN_ENDED: N_("ended a turn"),
}

type Joined = Callable[[], Mapping[str, Sequence[ViewerConnection]]]
type Handler = Callable[[Visit], Awaitable[web.Response]]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request by somebody who is logged in; `form` is checked to be ours."""

    request: web.Request
    operator: Operator
    token: str
    form: Mapping[str, Any]


class Admin:
    """The handlers."""

    def __init__(  # noqa: PLR0913 - operators see something of every feature
        self,
        renderer: Renderer,
        *,
        operators: OperatorService,
        locations: LocationService,
        links: Links,
        devices: DeviceService,
        viewers: ViewerService,
        turns: TurnService,
        joined: Joined,
        clients: Clients,
    ) -> None:
        self._renderer = renderer
        self._operators = operators
        self._locations = locations
        self._links = links
        self._devices = devices
        self._viewers = viewers
        self._turns = turns
        self._joined = joined
        self._clients = clients

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        place = "/admin/l/{slug}"
        app.add_routes(
            [
                web.get("/admin/login", self._login_page),
                web.post("/admin/login", self._log_in),
                web.post("/admin/logout", self._visit(self._log_out)),
                web.get("/admin", self._visit(self._places)),
                web.get("/admin/audit", self._visit(self._audit, operators_only=True)),
                web.post("/admin/locations", self._visit(self._create, operators_only=True)),
                web.get(place, self._visit(self._place)),
                web.post(f"{place}/pair", self._visit(self._pair, operators_only=True)),
                web.post(f"{place}/revoke", self._visit(self._revoke, operators_only=True)),
                web.post(f"{place}/end-turn", self._visit(self._end_turn)),
            ]
        )

    def _visit(
        self, handler: Handler, *, operators_only: bool = False
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return a handler for those who are logged in; forms must come from our own pages."""

        async def visit(request: web.Request) -> web.StreamResponse:
            token = request.cookies.get(SESSION_COOKIE, "")
            operator = await self._operators.by_session(token)
            if operator is None:
                return _go("/admin/login")
            form = await request.post() if request.method == hdrs.METH_POST else {}
            if request.method == hdrs.METH_POST:
                self._check_origin(request)
                if not compare_digest(str(form.get("csrf", "")).encode(), csrf_token(token).encode()):
                    raise SmartPixelsError(ErrorCode.FORBIDDEN, "this form is not from here")
            if operators_only and not operator.is_operator:
                raise SmartPixelsError(ErrorCode.FORBIDDEN, "this is for operators")
            AUTHOR.set(operator.operator_id)
            return await handler(Visit(request=request, operator=operator, token=token, form=form))

        return visit

    async def _login_page(self, request: web.Request) -> web.Response:
        return self._page(request, "admin_login.html", problem="", name="")

    async def _log_in(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        form = await request.post()
        name = str(form.get("name", ""))
        try:
            token = await self._operators.log_in(
                name,
                str(form.get("password", "")),
                code=str(form.get("code", "")),
                origin=self._clients.origin(request),
            )
        except SmartPixelsError as err:
            t = self._renderer.texts(request).t
            problem = t("Too many attempts. Wait a minute.")
            if err.code is ErrorCode.UNAUTHORIZED:
                problem = t("Name, password or code is wrong.")
            return self._page(request, "admin_login.html", status=err.http_status, problem=problem, name=name)
        response = _go("/admin")
        response.set_cookie(
            SESSION_COOKIE,
            token,
            path="/admin",
            httponly=True,
            samesite="Strict",
            secure=self._renderer.public_url.startswith("https:"),
        )
        return response

    async def _log_out(self, visit: Visit) -> web.Response:
        await self._operators.log_out(visit.token)
        response = _go("/admin/login")
        response.del_cookie(SESSION_COOKIE, path="/admin")
        return response

    async def _places(self, visit: Visit) -> web.Response:
        return await self._show_places(visit)

    async def _show_places(self, visit: Visit, *, problem: str = "") -> web.Response:
        texts = self._renderer.texts(visit.request)
        found = [one for one in await self._locations.list_locations() if visit.operator.may_moderate(one.location_id)]
        places = [self._view(location, texts) for location in found]
        return self._page(visit, "admin_places.html", places=places, problem=problem, status=422 if problem else 200)

    async def _create(self, visit: Visit) -> web.Response:
        name, slug = str(visit.form.get("name", "")), str(visit.form.get("slug", "")).strip()
        try:
            location = await self._locations.create(name, slug or None)
        except SmartPixelsError:
            t = self._renderer.texts(visit.request).t
            problem = t("A place needs a name, and an address of its own: a-z, 0-9 and dashes.")
            return await self._show_places(visit, problem=problem)
        await self._note(visit, AuditAction.LOCATION_CREATED, location)
        return _go(f"/admin/l/{location.slug}")

    async def _place(self, visit: Visit) -> web.Response:
        location = await self._location(visit)
        key = location.location_id
        here = {connection.viewer.viewer_id: connection.viewer.handle for connection in self._joined().get(key, ())}
        return self._page(
            visit,
            "admin_place.html",
            place=self._view(location, self._renderer.texts(visit.request)),
            created=location.created_at,
            handles=sorted(here.values()),
            turn=await self._turns.turn(key, ""),
        )

    async def _pair(self, visit: Visit) -> web.Response:
        location = await self._location(visit)
        code = await self._locations.new_pairing_code(location.location_id)
        await self._note(visit, AuditAction.CODE_MADE, location)
        return _go(f"/pair/{code}")

    async def _revoke(self, visit: Visit) -> web.Response:
        location = await self._location(visit)
        await self._locations.revoke(location.location_id)
        await self._note(visit, AuditAction.TOKEN_REVOKED, location)
        return _go(f"/admin/l/{location.slug}")

    async def _end_turn(self, visit: Visit) -> web.Response:
        location = await self._location(visit)
        turn = await self._turns.turn(location.location_id, "")
        if turn.holder is not None:
            await self._turns.end_turn(location.location_id)
            await self._note(visit, AuditAction.TURN_ENDED, location, detail=turn.holder.handle)
        return _go(f"/admin/l/{location.slug}")

    async def _audit(self, visit: Visit) -> web.Response:
        before = _time(visit.request.query.get("before"))
        texts = self._renderer.texts(visit.request)
        names = {one.location_id: one.name for one in await self._locations.list_locations()}
        entries = await self._operators.entries(before=before)
        lines = [
            {
                "at": one.at,
                "who": one.who,
                "words": texts.t(_ACTIONS[one.action]),
                "place": names.get(one.location_id or "", ""),
                "detail": one.detail,
            }
            for one in entries
        ]
        older = entries[-1].at.isoformat() if len(entries) == AUDIT_PAGE else None
        return self._page(visit, "admin_audit.html", lines=lines, older=older)

    async def _location(self, visit: Visit) -> Location:
        location = await self._locations.by_slug(visit.request.match_info["slug"])
        if location is None or not visit.operator.may_moderate(location.location_id):
            raise SmartPixelsError(ErrorCode.UNKNOWN_LOCATION, "there is no such location")
        return location

    async def _note(self, visit: Visit, action: AuditAction, location: Location, *, detail: str = "") -> None:
        await self._operators.note(visit.operator.name, action, location_id=location.location_id, detail=detail)

    def _view(self, location: Location, texts: Texts) -> Any:
        key = location.location_id
        return place_view(
            location,
            self._links.status(key),
            self._devices.view(key),
            audience=self._viewers.audience(key),
            texts=texts,
        )

    def _page(self, visit: Visit | web.Request, template: str, **values: Any) -> web.Response:
        if isinstance(visit, Visit):
            values |= {"operator": visit.operator, "csrf": csrf_token(visit.token)}
        else:
            values |= {"operator": None}
        request = visit.request if isinstance(visit, Visit) else visit
        response = self._renderer.page(request, template, robots="noindex", **values)
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        return response

    def _check_origin(self, request: web.Request) -> None:
        origin = request.headers.get(hdrs.ORIGIN)
        own = (self._renderer.public_url, f"http://{request.host}", f"https://{request.host}")
        if origin is not None and origin not in own:
            raise SmartPixelsError(ErrorCode.FORBIDDEN, "this form is not from here")


def _go(path: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: path, hdrs.CACHE_CONTROL: "no-store"})


def _time(text: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return time if time and time.tzinfo else None
