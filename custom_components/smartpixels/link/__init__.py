"""The standing connection to the public server; free of Home Assistant."""
