"""Bring a camera's pictures to viewers; free of Home Assistant. Nothing does so yet."""
