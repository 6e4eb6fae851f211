"""RAVE GUI: from a folder of sound to a playable neural instrument."""

__version__ = "0.1.0"
