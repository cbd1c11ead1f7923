"""The whole of SmartPixels on one machine: simulated house, public server, Home Assistant. Run by scripts/demo."""
