"""The last word on what viewers see and do; Home Assistant and the wire's types."""
