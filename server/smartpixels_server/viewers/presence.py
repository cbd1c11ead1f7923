"""Who is here, counted over all processes: the port, and a memory that knows of one process only."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol, override

from ..protocol.messages import Audience


@dataclass(frozen=True, kw_only=True)
class Here:
    """Viewers that this process knows of: who watches through it, and who acted lately by its word."""

    watching: AbstractSet[str]
    acting: AbstractSet[str]


class Presence(Protocol):
    """Adds up what all processes know; a viewer with two pages on two processes is one person."""

    async def meet(self, here: Mapping[str, Here]) -> Mapping[str, Audience]:
        """Tell who is here at these locations, return how many are there in all. Raises RedisGone.

        To be called every second or so; a process that does not is soon forgotten. Only who watches counts as acting.
        """
        ...


class MemoryPresence(Presence):
    """There is only this process."""

    @override
    async def meet(self, here: Mapping[str, Here]) -> Mapping[str, Audience]:
        return {
            location_id: Audience(watching=len(one.watching), acting=len(one.acting & one.watching))
            for location_id, one in here.items()
        }
