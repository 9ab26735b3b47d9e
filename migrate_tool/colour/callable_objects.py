"""Objects with a ``__call__`` that libraries are given as functions: ``app.add_url_rule("/", view_func=LazyView("shop.views.index"))``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.model import ancestry
from migrate_tool.model.symbols import ClassInfo, FunctionInfo
from migrate_tool.model.types import External, Instance

from .sites import Survey, Use


def handed_objects(survey: Survey, function: FunctionInfo) -> Iterator[Use]:
    """The places where a library is given an object of the class whose ``__call__`` this is, or of one that inherits it.

    Args:
        survey: What one pass over the project found.
        function: A method ``__call__``.

    Yields:
        Each argument, as the use of a function.
    """
    types = survey.project.types
    if function.cls is None:
        return
    made = {
        cls
        for cls in (function.cls, *ancestry.subclasses(types, function.cls))
        if cls.methods.get(function.name, function) is function
    }
    for module in survey.modules():
        for call in module.of_type(ast.Call):
            assert isinstance(call, ast.Call)
            if not any(_takes_functions(survey, item) for item in survey.targets.get(call, ())):
                continue
            for value in [*call.args, *(keyword.value for keyword in call.keywords)]:
                if any(
                    isinstance(item, Instance) and isinstance(item.of, ClassInfo) and item.of in made
                    for item in types.types(value, module.scopes[call])
                ):
                    yield Use(value, module)


def _takes_functions(survey: Survey, item: object) -> bool:
    api = survey.project.catalog.api(item.name) if isinstance(item, External) else None
    return api is not None and (bool(api.takes) or api.decorates is not None)
