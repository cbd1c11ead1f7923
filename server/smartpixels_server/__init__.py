"""The public server of SmartPixels: viewers watch and change places with lights. `app.py` puts it together."""

__version__ = "0.1.0"
