"""Simulated devices that speak the real wire, and a house page that shows them in a browser."""
