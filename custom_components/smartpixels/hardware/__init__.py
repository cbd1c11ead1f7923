"""The hardware of a location beside WLED: each subentry's driver, kept going and followed."""
