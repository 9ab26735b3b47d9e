"""Runs in an environment with the old libraries: reads programs as JSON, prints what each one gives.

It imports nothing of this project, because the old environment has none of it.
"""

from __future__ import annotations

import json
import sys
import warnings
from types import ModuleType
from typing import Any


def tame(value: Any) -> Any:
    """What a program gave, as JSON has it."""
    import sqlalchemy.engine
    from sqlalchemy import inspect, util
    from sqlalchemy.orm.state import InstanceState

    old: Any = (sqlalchemy.engine, util)
    state = inspect(value, raiseerr=False)
    if isinstance(state, InstanceState):
        return f"<{type(value).__name__} {state.identity}>"
    if isinstance(value, dict):
        return {str(key): tame(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, old[0].RowProxy, old[1].KeyedTuple)):
        return [tame(item) for item in value]
    return value


def executed(name: str, text: str) -> Any:
    """The module that a text is."""
    module = sys.modules[name] = ModuleType(name)
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    return module


def main() -> None:
    """Run one program, given as ``[models, program]`` on the standard input."""
    warnings.simplefilter("ignore")
    models, program = json.load(sys.stdin)
    shop = executed("shop", models)
    with shop.app.app_context():
        module = executed("code_of_program", program)
        try:
            value, error = tame(module.program()), None
        except Exception as caught:
            value, error = None, type(caught).__name__
    json.dump({"value": value, "error": error}, sys.stdout)


if __name__ == "__main__":
    main()
