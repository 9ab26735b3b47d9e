"""Which functions become async, and why."""

from .explain import explain, find
from .solver import Colouring, Decision, solve
from .survey import Site

__all__ = ["Colouring", "Decision", "Site", "explain", "find", "solve"]
