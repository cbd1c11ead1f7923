"""Simulated crowds with impatient and hostile people: the small edition of `scripts/bench fairness`."""

import pytest

from benchmarks.fairness import simulate


@pytest.mark.parametrize(("size", "turns_each"), [(5, 0), (50, 2)])
@pytest.mark.parametrize("seed", [1, 2])
async def test_everybody_gets_a_fair_share(size: int, turns_each: int, seed: int) -> None:
    figures = await simulate(size, seed=seed, turns_each=turns_each)
    assert figures["max_share_over_median"] <= 2
    assert figures["flooder_gain"] <= 1.1
    assert figures["worst_wait_error"] <= 0.2
