"""Who is here: identities, presence, budgets."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..clock import Clock
from ..protocol.messages import Audience
from .handles import handle
from .model import LANGUAGES, ViewerIdentity, new_viewer_id, sign, verify
from .presence import Here

COOKIE_NAME: Final = "smartpixels_viewer"
ACTING_SECONDS: Final = 60.0
_NOBODY: Final = Audience(watching=0, acting=0)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """A viewer with the handle that others see; `network` is the key of where the viewer comes from."""

    viewer_id: str
    handle: str
    language: str
    network: str | None = None


class ViewerService:
    """Knows the viewers of all locations."""

    def __init__(self, clock: Clock, keys: Sequence[bytes]) -> None:
        self._clock = clock
        self._keys = keys
        self._watching: defaultdict[str, dict[object, str]] = defaultdict(dict)
        self._acted: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._elsewhere: dict[str, Audience] = {}

    def new_viewer(self, language: str) -> Viewer:
        """Return somebody who was never here before."""
        return _viewer(new_viewer_id(), language)

    def from_cookie(self, value: str | None) -> Viewer | None:
        """Return whom the cookie belongs to; None when it is missing or not ours."""
        identity = verify(value, self._keys) if value else None
        return None if identity is None else _viewer(identity.viewer_id, identity.language)

    def cookie_for(self, viewer: Viewer) -> str:
        """Return the cookie by which the viewer is known again."""
        return sign(ViewerIdentity(viewer_id=viewer.viewer_id, language=viewer.language), self._keys[0])

    def in_language(self, viewer: Viewer, language: str) -> Viewer:
        """Return the same viewer, named in another language."""
        return replace(_viewer(viewer.viewer_id, language), network=viewer.network)

    def enter(self, location_id: str, connection: object, viewer: Viewer) -> None:
        """Note that the viewer watches the location over this connection."""
        self._watching[location_id][connection] = viewer.viewer_id

    def leave(self, location_id: str, connection: object) -> None:
        """Note that this connection watches no more."""
        self._watching[location_id].pop(connection, None)
        if not self._watching[location_id]:
            del self._watching[location_id]

    def acted(self, location_id: str, viewer_id: str) -> None:
        """Note that the viewer changed something."""
        self._acted[location_id][viewer_id] = self._clock.monotonic()

    def audience(self, location_id: str) -> Audience:
        """Return how many people watch and how many of them acted within the last minute, on all nodes."""
        here = self.here(location_id)
        elsewhere = self._elsewhere.get(location_id, _NOBODY)
        return Audience(
            watching=len(here.watching) + elsewhere.watching,
            acting=len(here.acting & here.watching) + elsewhere.acting,
        )

    def here(self, location_id: str) -> Here:
        """Return who watches through this node, and who acted lately by its word."""
        watching = frozenset(self._watching[location_id].values()) if location_id in self._watching else frozenset()
        since = self._clock.monotonic() - ACTING_SECONDS
        acted = {key: at for key, at in self._acted.get(location_id, {}).items() if at > since}
        if acted:
            self._acted[location_id] = acted
        else:
            self._acted.pop(location_id, None)
        return Here(watching=watching, acting=acted.keys())

    def count_elsewhere(self, location_id: str, here: Here, everybody: Audience) -> None:
        """Note how many there are on all nodes at the moment when `here` was true on this one."""
        watching = max(0, everybody.watching - len(here.watching))
        acting = max(0, everybody.acting - len(here.acting & here.watching))
        self._elsewhere[location_id] = Audience(watching=watching, acting=acting)
        if not watching + acting:
            del self._elsewhere[location_id]

    def forget_elsewhere(self) -> None:
        """The other nodes cannot be asked."""
        self._elsewhere.clear()

    def watched(self) -> set[str]:
        """Return the locations that somebody watches."""
        return set(self._watching)


def _viewer(viewer_id: str, language: str) -> Viewer:
    language = language if language in LANGUAGES else LANGUAGES[0]
    return Viewer(viewer_id=viewer_id, handle=handle(viewer_id, language), language=language)
