"""The way to one device: one command on it, at most one that waits, and the house rules at the entrance."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..protocol.errors import ErrorCode
from .refused import Refused
from .rules import HouseRules
from .verdicts import Apply, Decision, Hold, Instant, Refuse, Wish


@dataclass(slots=True)
class _Waiting:
    wish: Wish
    answer: asyncio.Future[Apply]


class Lane:
    """Lets wishes through one at a time, as the rules decide; the newest wish wins."""

    def __init__(self, device_id: str, rules: HouseRules, *, now: Callable[[], Instant]) -> None:
        self._device_id = device_id
        self._rules = rules
        self._now = now
        self._busy = False
        self._waiting: _Waiting | None = None
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, wish: Wish) -> AsyncIterator[Apply]:
        """Wait for the turn and hold it: yields what to do. Raises Refused, also when a newer wish came meanwhile."""
        mine = _Waiting(wish, asyncio.get_running_loop().create_future())
        self._enter(mine)
        try:
            apply = await mine.answer
        except BaseException:
            self._left(mine)
            raise
        try:
            yield apply
        finally:
            self._busy = False
            self._judge_waiting()

    def refuse_waiting(self, code: ErrorCode, message: str) -> None:
        """Refuse whoever waits."""
        waiting, self._waiting = self._waiting, None
        self._rules.drop(self._device_id)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_exception(Refused(code, message))

    def _enter(self, mine: _Waiting) -> None:
        if self._busy:
            # Judged when the device is free: what holds now may not hold then.
            self._supersede()
            self._waiting = mine
            return
        decision = self._rules.judge(mine.wish, self._now()).decision
        if isinstance(decision, Refuse):
            raise _refused(decision)
        if self._waiting is not None:
            superseded, self._waiting = self._waiting, None
            superseded.answer.set_exception(_superseded())
        self._follow(mine, decision)

    def _supersede(self) -> None:
        self.refuse_waiting(ErrorCode.SUPERSEDED, "a newer command for the device came")

    def _left(self, mine: _Waiting) -> None:
        """Take out somebody who no longer waits: refused, or canceled, perhaps at the very moment of the turn."""
        if self._waiting is mine:
            self.refuse_waiting(ErrorCode.SUPERSEDED, "nobody waits for it")
        elif mine.answer.done() and not mine.answer.cancelled() and mine.answer.exception() is None:
            self._busy = False
            self._judge_waiting()

    def _judge_waiting(self) -> None:
        if self._waiting is None:
            return
        waiting, self._waiting = self._waiting, None
        self._follow(waiting, self._rules.judge(waiting.wish, self._now()).decision)

    def _release(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, None
        released = self._rules.release(self._device_id, self._now())
        if waiting is not None and released is not None:
            self._follow(waiting, released[1])

    def _follow(self, waiting: _Waiting, decision: Decision) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        match decision:
            case Apply():
                self._busy = True
                waiting.answer.set_result(decision)
            case Hold(until=until):
                self._waiting = waiting
                self._timer = asyncio.get_running_loop().call_at(until, self._release)
            case Refuse():
                waiting.answer.set_exception(_refused(decision))


def _superseded() -> Refused:
    return Refused(ErrorCode.SUPERSEDED, "a newer command for the device came")


def _refused(refuse: Refuse) -> Refused:
    return Refused(refuse.code, f"the house rules refuse it: {refuse.rule}", retry_after_ms=refuse.retry_after_ms)
