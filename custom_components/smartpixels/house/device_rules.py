"""The rules of one device: what it may do, how it is made milder, and when it may be done."""

from datetime import datetime, tzinfo
from typing import Final

import msgspec

from ..const import SOLID
from ..protocol.errors import ErrorCode
from ..protocol.messages import (
    Action,
    DeviceState,
    PlayScene,
    Press,
    SetBrightness,
    SetEffect,
    TurnOff,
    TurnOn,
)
from .effects import effect_is_safe, safe_speed
from .flash import FlashLimiter, Look, look_after, look_of
from .limits import DeviceLimits, RelayWear, Spacing
from .verdicts import Apply, Decision, Hold, Instant, Refuse, Rule, Wish

LONGEST_HOLD: Final = 2.0
"""Seconds. Longer than flashes or the usual spacing need, shorter than a viewer's patience and the wire's."""

_BRIGHTEST: Final = 255


class DeviceRules:
    """Limits and memory of one device; `held` is the wish that waits for it, and `flash` is its group's."""

    def __init__(self, device_id: str, limits: DeviceLimits, flash: FlashLimiter, *, zone: tzinfo) -> None:
        self.held: Wish | None = None
        self.relay = RelayWear(limits.relay, zone=zone) if limits.relay else None
        self._id = device_id
        self._limits = limits
        self._flash = flash
        self._spacing = Spacing(limits)

    def observe(self, state: DeviceState, now: Instant) -> None:
        """Take note of what the device reports."""
        look = look_of(state, self._look)
        if look is not None:
            self._flash.observed(self._id, look, now.monotonic)
        if self.relay is not None and state.available and state.on is not None:
            self.relay.switched(now.wall, on=state.on)

    def refuse_action(self, action: Action) -> Refuse | None:
        """Return why nobody may ever do this with the device as it is."""
        match action:
            case SetEffect() if not effect_is_safe(action.effect):
                return Refuse(ErrorCode.NOT_ALLOWED, Rule.EFFECT)
            case TurnOn() | SetBrightness() if self._would_resume_unsafe_effect():
                return Refuse(ErrorCode.NOT_ALLOWED, Rule.EFFECT)
        return None if self._limits.allows_colors_of(action) else Refuse(ErrorCode.NOT_ALLOWED, Rule.COLOR)

    def may_without_energy(self, action: Action, dim_brightness: int | None) -> bool:
        """Tell whether the action is fine when the energy is spent: off, dimmer, or dimmed when that is offered."""
        match action:
            case TurnOff():
                return True
            case PlayScene() | Press():
                return False
            case SetBrightness() if self._look is not None and self._look.on:
                return dim_brightness is not None or action.brightness < self._look.brightness
        return dim_brightness is not None and self.relay is None

    def decide(self, wish: Wish, now: Instant, *, max_brightness: int) -> Decision:
        """Decide on a wish that is allowed as such: when, and how mild. Apply is taken note of."""
        if (refused := self._refuse_relay(wish.action, now.wall)) is not None:
            return refused
        apply = self._soften(wish.action, min(max_brightness, self._limits.max_brightness))
        look = look_after(apply.action, self._look, brightness=apply.brightness)
        if not self._flash.has_room(self._id, look):
            return Refuse(ErrorCode.RATE_LIMITED, Rule.FLASH)
        if (waits := self._wait(wish, look, now.monotonic)) is not None:
            return waits
        self._apply(apply.action, look, now)
        return apply

    @property
    def _look(self) -> Look | None:
        return self._flash.look(self._id)

    def _would_resume_unsafe_effect(self) -> bool:
        look = self._look
        return look is not None and look.effect is not None and not effect_is_safe(look.effect)

    def _refuse_relay(self, action: Action, now: datetime) -> Refuse | None:
        if self.relay is None or isinstance(action, PlayScene):
            return None
        if isinstance(action, Press):
            block = self.relay.blocks_pulse(now)
        else:
            block = self.relay.blocks(now, on=not isinstance(action, TurnOff))
        return None if block is None else Refuse(ErrorCode.RATE_LIMITED, Rule(block.rule), block.seconds)

    def _soften(self, action: Action, cap: int) -> Apply:
        """Return the action within the brightness cap and the effect's safe speed."""
        match action:
            case SetBrightness():
                return Apply(SetBrightness(brightness=min(action.brightness, cap)))
            case TurnOff() | PlayScene() | Press():
                return Apply(action)
            case SetEffect(effect=effect) if effect != SOLID:
                action = msgspec.structs.replace(action, speed=safe_speed(effect, action.speed))
        known = self._look
        too_bright = cap < _BRIGHTEST and self.relay is None and (known is None or known.brightness > cap)
        return Apply(action, cap if too_bright else None)

    def _wait(self, wish: Wish, look: Look, now: float) -> Hold | Refuse | None:
        spaced = self._spacing.free_at(now, off=not look.on)
        steady = self._flash.free_at(self._id, look, now)
        until, rule = (spaced, Rule.SPACING) if spaced >= steady else (steady, Rule.FLASH)
        if until <= now:
            return None
        if until - now > LONGEST_HOLD or until >= wish.deadline:
            return Refuse(ErrorCode.RATE_LIMITED, rule, until - now)
        return Hold(until, rule)

    def _apply(self, action: Action, look: Look, now: Instant) -> None:
        self._spacing.applied(now.monotonic, off=not look.on)
        self._flash.applied(self._id, look, now.monotonic)
        if self.relay is None or isinstance(action, PlayScene):
            return
        if isinstance(action, Press):
            self.relay.pulsed(now.wall)
        else:
            self.relay.switched(now.wall, on=look.on)
