"""Which functions become async, and why."""

from .explain import explain, find
from .sites import Site
from .solver import Colouring, Decision, solve

__all__ = ["Colouring", "Decision", "Site", "explain", "find", "solve"]
