"""Whether viewers may act now: the owner's word and the house rules, told to everybody when it changes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..protocol.messages import SharingMode, SharingState
from .modes import EffectiveMode, ModeReason
from .rules import HouseRules
from .verdicts import Instant

LONGEST_REASON: Final = 200
LONGEST_SLEEP: Final = 600.0
"""Seconds. Small computers get their time from the network some while after the start: look at the clock again."""


class Sharing:
    """The owner's word on sharing. Open until told otherwise: what is exposed was the owner's choice already.

    `words` say a reason to people. Between `start` and `close` listeners hear of every change as it comes.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        rules: HouseRules,
        *,
        now: Callable[[], Instant],
        words: Mapping[str, str],
    ) -> None:
        self._hass = hass
        self._rules = rules
        self._now = now
        self._words = words
        self._listeners: list[Callable[[], None]] = []
        self._cancel_timer: CALLBACK_TYPE | None = None
        self._told = EffectiveMode(mode=SharingMode.OPEN)
        self.pause_reason: str | None = None

    @property
    def chosen(self) -> SharingMode:
        """Return the owner's word: a pause, or the mode that holds without one."""
        self._rules.effective_mode(self._now())  # ends a pause whose time has come
        return SharingMode.PAUSED if self._rules.is_paused else self._rules.mode

    @property
    def effective(self) -> EffectiveMode:
        """Return what holds for viewers now."""
        return self._rules.effective_mode(self._now())

    @property
    def state(self) -> SharingState:
        """Return it as viewers hear it."""
        effective = self.effective
        reason = effective.reason
        if reason is ModeReason.OWNER:
            return effective.state(self.pause_reason if effective.mode is SharingMode.PAUSED else None)
        return effective.state(self._words.get(reason) if reason else None)

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def start(self) -> None:
        """Begin to follow the clock."""
        self._told = self.effective
        self._set_timer()

    @callback
    def close(self) -> None:
        """Follow the clock no more."""
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    @callback
    def set_mode(self, mode: SharingMode) -> None:
        """Take the owner's word. To choose a pause is to pause: the mode before holds again after it."""
        if mode is SharingMode.PAUSED:
            self.pause()
            return
        self._rules.mode = mode
        self.resume()

    @callback
    def pause(self, *, reason: str | None = None, until: datetime | None = None) -> None:
        """Let nobody act until then, or until `resume`."""
        self.pause_reason = reason and reason[:LONGEST_REASON]
        self._rules.pause(until)
        self.tell()

    @callback
    def resume(self) -> None:
        """End a pause."""
        self.pause_reason = None
        self._rules.resume()
        self.tell()

    @callback
    def refresh(self) -> None:
        """Look again; listeners hear of it if something is new."""
        if self.effective != self._told:
            self.tell()

    @callback
    def tell(self) -> None:
        """Tell the listeners how it is."""
        self._told = self.effective
        if not self._rules.is_paused:
            self.pause_reason = None
        self._set_timer()
        for listener in tuple(self._listeners):
            listener()

    @callback
    def _set_timer(self) -> None:
        self.close()
        if self._told.next_change is not None:
            delay = max(0.0, (self._told.next_change - self._now().wall).total_seconds())
            self._cancel_timer = async_call_later(self._hass, min(delay, LONGEST_SLEEP), self._on_time)

    @callback
    def _on_time(self, _now: datetime) -> None:
        self._cancel_timer = None
        self.refresh()
        if self._cancel_timer is None:
            self._set_timer()
