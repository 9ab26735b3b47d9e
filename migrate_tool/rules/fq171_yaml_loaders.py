"""PyYAML's ``load`` without a loader."""

from __future__ import annotations

import ast

from .arguments import add_argument
from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ171",
    name="yaml-loaders",
    summary="yaml.load(stream) names the loader that it took so far.",
    why=(
        "The versions of PyYAML that install on Python 3.11 raise a TypeError where no loader is named; before, FullLoader "
        "was taken. Versions before 5.1 took one that makes any Python object a document asks for: such a document is "
        "refused now."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "import yaml\nfrom flask import Flask\n\napp = Flask(__name__)\n\n"
                'with open("settings.yml") as stream:\n    app.config.update(yaml.load(stream))\n'
            ),
            after=(
                "import yaml\nfrom quart_app import Quart\n\napp = Quart(__name__)\n\n"
                'with open("settings.yml") as stream:\n'
                "    app.config.update(yaml.load(stream, Loader=yaml.FullLoader))\n"
            ),
        ),
    ),
    left_alone=(
        "import yaml\n\n\ndef read(stream):\n    return yaml.load(stream, yaml.SafeLoader), yaml.safe_load(stream)\n",
        "from ruamel import yaml\n\n\ndef read(stream):\n    return yaml.load(stream)\n",
    ),
    references=("https://github.com/yaml/pyyaml/wiki/PyYAML-yaml.load(input)-Deprecation",),
)

_FUNCTIONS = {"load", "load_all"}


def python(file: PythonFile) -> None:
    """Name the loader where none is named."""
    for call in file.nodes(ast.Call):
        if len(call.args) + len(call.keywords) != 1 or (call.keywords and call.keywords[0].arg != "stream"):
            continue
        if call.args and isinstance(call.args[0], ast.Starred):
            continue
        if not _is_load(file, call.func):
            continue
        loader = (
            f"{file.segment(call.func.value)}.FullLoader"
            if isinstance(call.func, ast.Attribute)
            else file.need("yaml", "FullLoader")
        )
        add_argument(file, call, f"Loader={loader}", origin=RULE.code)
        file.report(call, RULE.code, "the loader that was taken so far is named")


def _is_load(file: PythonFile, function: ast.expr) -> bool:
    names = {name.partition(".")[::2] for name in file.names(function)}
    return bool(names) and all(module == "yaml" and name in _FUNCTIONS for module, name in names)
