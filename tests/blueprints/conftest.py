"""Blueprints of this checkout in a test Home Assistant, used as an owner would use them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"

EVENING = "2026-12-05 15:00:00+01:00"

type Use = Callable[..., Awaitable[None]]
type Pass = Callable[..., Awaitable[None]]


async def settle() -> None:
    """Let everything happen that can without time; `async_block_till_done` would wait for delays of automations."""
    for _ in range(100):
        await asyncio.sleep(0)


@pytest.fixture
async def use(hass: HomeAssistant, tmp_path: Path, freezer: FrozenDateTimeFactory) -> AsyncIterator[Use]:
    """Make an automation from a blueprint, in Warsaw on an afternoon in December."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints")
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_update(latitude=52.2, longitude=21.0, time_zone="Europe/Warsaw")
    freezer.move_to(EVENING)

    async def use(name: str, **inputs: Any) -> None:
        automation = {
            "id": "ours",
            "alias": "Ours",
            "use_blueprint": {"path": f"smartpixels/{name}.yaml", "input": inputs},
        }
        assert await async_setup_component(hass, "automation", {"automation": [automation]})
        await hass.async_block_till_done()
        state = hass.states.get("automation.ours")
        assert state is not None
        assert state.state == "on"

    yield use
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.ours"}, blocking=True)
    await settle()


@pytest.fixture
def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Let time pass, by a span or to a moment, and everything happen that is due."""

    async def pass_time(to: str | None = None, **span: float) -> None:
        if to is None:
            freezer.tick(timedelta(**span))
        else:
            freezer.move_to(to)
        async_fire_time_changed(hass, dt_util.utcnow())
        await settle()

    return pass_time
