"""Our own texts in the home's language, for what is said without a person's browser in between."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations, async_get_translations

from .const import DOMAIN


async def async_load_words(hass: HomeAssistant) -> None:
    """Load them once, so that `words` has them at hand."""
    await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])


@callback
def words(hass: HomeAssistant, key: str) -> dict[str, str]:
    """Return the texts of one selector by option."""
    prefix = f"component.{DOMAIN}.selector.{key}.options."
    texts = async_get_cached_translations(hass, hass.config.language, "selector", DOMAIN)
    return {name.removeprefix(prefix): text for name, text in texts.items() if name.startswith(prefix)}
