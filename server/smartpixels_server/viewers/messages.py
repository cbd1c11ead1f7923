"""Pieces of frames about viewers."""

from ..protocol.messages import Count, Part


class Tokens(Part, frozen=True, kw_only=True):
    """A viewer's budget: `left` of `capacity` now, one more every `refill_ms`."""

    left: Count
    capacity: Count
    refill_ms: Count
