"""The keys of a WLED controller's parts: they name viewers' devices and our entities, and never change."""


def segment_key(segment: int) -> str:
    """Return the key of a segment."""
    return f"segment_{segment}"


def preset_key(preset_id: int) -> str:
    """Return the key of a preset."""
    return f"preset_{preset_id}"
