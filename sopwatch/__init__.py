"""The service and its faces: commands, API, screens."""

__version__ = "0.1.0"
