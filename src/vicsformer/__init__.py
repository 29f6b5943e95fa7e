"""Operational codes of political leaders: verbs coded in context by a transformer, indices with intervals."""

from importlib.metadata import version

__version__ = version("vicsformer")
