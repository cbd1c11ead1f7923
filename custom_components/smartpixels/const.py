"""Names that several files share."""

from typing import Final

DOMAIN: Final = "smartpixels"

CONF_SERVER: Final = "server"
CONF_PAIRING_CODE: Final = "pairing_code"
CONF_LOCATION_ID: Final = "location_id"
CONF_SLUG: Final = "slug"

SUBENTRY_WLED: Final = "wled"
CONF_EXPOSED: Final = "exposed"
CONF_NAME_EN: Final = "name_en"
CONF_NAME_PL: Final = "name_pl"
CONF_ACTIONS: Final = "actions"

ACTION_SET_EFFECT: Final = "set_effect"

ATTR_PALETTE: Final = "palette"
ATTR_PALETTE_LIST: Final = "palette_list"
ATTR_SPEED: Final = "speed"
ATTR_INTENSITY: Final = "intensity"

SOLID: Final = "Solid"
"""WLED's name for "no effect"."""
