"""All rules, found by their file names (``fq101_flask_names.py``)."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
from functools import cache
from types import ModuleType

from .rule import Rule

_RULE_FILE = re.compile(r"fq\d{3}_\w+")


@cache
def rule_modules() -> tuple[ModuleType, ...]:
    """The rules' modules in the order of their codes."""
    package = importlib.import_module(__package__)
    names = sorted(
        item.name for item in pkgutil.iter_modules(package.__path__) if _RULE_FILE.fullmatch(item.name)
    )
    modules = tuple(importlib.import_module(f"{__package__}.{name}") for name in names)
    for one, other in itertools.pairwise(modules):
        if one.RULE.code == other.RULE.code:
            raise ValueError(f"{one.__name__} and {other.__name__} have one code")
    for module in modules:
        wanted = module.__name__.rpartition(".")[2].partition("_")[0].upper()
        if module.RULE.code != wanted:
            raise ValueError(f"{module.__name__} holds the rule {module.RULE.code}")
    return modules


def all_rules() -> list[Rule]:
    """Every rule, by code."""
    return [module.RULE for module in rule_modules()]


@cache
def _by_code() -> dict[str, Rule]:
    return {rule.code: rule for rule in all_rules()}


def rule(code: str) -> Rule:
    """The rule with this code.

    Raises:
        KeyError: there is none.
    """
    return _by_code()[code]
