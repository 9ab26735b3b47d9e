"""What becomes of a function that is handed on: whether who gets it awaits it."""

from __future__ import annotations

import ast

from migrate_tool.catalog import Consumer
from migrate_tool.model.results import THREADS
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.model.types import External, FunctionRef, Types, ordered
from migrate_tool.project.trees import walk

from .modes import OF_CONSUMER, Boundary
from .sites import Survey, Use


class HandedFunctions:
    """Answers what those do with a function who are given it."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.project = survey.project
        self.types = survey.project.types

    def of(self, use: Use) -> Boundary | None:
        """What binds a function that is used so; ``None`` where nothing does."""
        parent = use.module.parents.get(use.node)
        key: int | str | None = None
        call: ast.AST | None = parent
        if isinstance(parent, ast.keyword):
            key = parent.arg
            call = use.module.parents.get(parent)
        elif isinstance(parent, ast.Call) and use.node in parent.args:
            key = parent.args.index(use.node)
        if isinstance(parent, ast.Assign) and parent.value is use.node:
            return self._put_into_library(use, parent)
        if not isinstance(call, ast.Call) or key is None or call in self.survey.asserting:
            return None
        place = f"{use.module.path}:{use.node.lineno}"
        targets: Types = self.survey.targets.get(call) or frozenset()
        by_hand = not targets
        if by_hand:
            targets = self._decorators(call)
        if not targets:
            return Boundary("wait", f"handed to something not known at {place}")
        for target in ordered(targets):
            found = None
            if isinstance(target, External):
                found = self._taken_by(target, key, by_hand, place)
            elif isinstance(target, FunctionRef) and isinstance(key, str):
                found = self._handed_on(target.info, key, place, set())
            if found is not None:
                return found
        return None

    def _taken_by(self, target: External, key: int | str, by_hand: bool, place: str) -> Boundary | None:
        """What a library does with the function that it is given as ``key``."""
        api = self.project.catalog.api(target.name)
        # What made the decorator takes other functions than the decorator does.
        takes = api.takes if api is not None and not by_hand else {}
        consumer = takes.get(key, takes.get("*"))
        if api is not None and consumer is None and api.decorates is not None and key == 0:
            consumer = api.decorates
        if consumer is None:
            return Boundary("wait", f"handed to {target.name} at {place}, which may call it at once")
        if consumer is Consumer.SPAWNS and target.name not in THREADS:
            return Boundary("run", f"started by {target.name} at {place}, where no loop runs")
        if OF_CONSUMER[consumer] != "async":
            return Boundary(
                OF_CONSUMER[consumer], f"handed to {target.name} at {place}, which does not await it"
            )
        return None

    def _handed_on(
        self, function: FunctionInfo, key: str, place: str, seen: set[FunctionInfo]
    ) -> Boundary | None:
        """What becomes of an argument that ``function`` passes on with ``**kwargs``."""
        if function in seen or isinstance(function.node, ast.Lambda):
            return None
        seen.add(function)
        rest = function.node.args.kwarg
        if rest is None or any(
            parameter.node.arg == key for parameter in function.parameters if parameter.node is not rest
        ):
            return None
        for call in walk(function.node):
            if not isinstance(call, ast.Call) or not any(
                keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == rest.arg
                for keyword in call.keywords
            ):
                continue
            for target in ordered(self.survey.targets.get(call, frozenset())):
                found = None
                if isinstance(target, External) and not target.name.startswith("builtins."):
                    found = self._taken_by(target, key, False, place)
                elif isinstance(target, FunctionRef):
                    found = self._handed_on(target.info, key, place, seen)
                if found is not None:
                    return found
        return None

    def _put_into_library(self, use: Use, node: ast.Assign) -> Boundary | None:
        """``library.function = ours``: the library goes on calling it as its own, which awaited nothing."""
        for target in node.targets:
            if not isinstance(target, ast.Attribute) or target.value not in use.module.scopes:
                continue
            for owner in self.types.types(target.value, use.module.scopes[target.value]):
                if not isinstance(owner, External):
                    continue
                replaced = f"{self.project.catalog.canonical(owner.name)}.{target.attr}"
                known = self.project.catalog.find(replaced)
                if known is None or (known[1].kind == "function" and not known[1].awaited):
                    return Boundary(
                        "wait", f"put in the place of {replaced}, which is called and not awaited"
                    )
        return None

    def _decorators(self, call: ast.Call) -> Types:
        """The libraries' decorators that ``call`` applies by hand: ``app.errorhandler(404)(function)``."""
        made = self.survey.targets.get(call.func, frozenset()) if isinstance(call.func, ast.Call) else ()
        return frozenset(
            item
            for item in made
            if isinstance(item, External)
            and (api := self.project.catalog.api(item.name)) is not None
            and api.decorates is not None
        )
