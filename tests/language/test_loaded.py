"""Modules that are loaded by the path of their file are the project's modules."""

from __future__ import annotations

import pytest

from .programs import Program, agrees, programs

_BY_SPEC = """
        spec = importlib.util.spec_from_file_location("other", {})
        other = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(other)
"""
_MODULE = """
    --- parts/shop.py
    from lib import ask
    def found(value):
        return ask(value) + 1
"""
#: What comes before, and how the path is written.
_PATHS = {
    "os path": ("import os", 'os.path.join(os.path.dirname(__file__), "parts", "shop.py")'),
    "up and down": (
        "import os\n    HERE = os.path.abspath(os.path.dirname(__file__))",
        'os.path.join(HERE, "parts", "..", "parts", "shop.py")',
    ),
    "pathlib": ("from pathlib import Path", 'Path(__file__).resolve().parent / "parts" / "shop.py"'),
    "parents": ("from pathlib import Path", 'str(Path(__file__).parents[0].joinpath("parts", "shop.py"))'),
    "f-string": ("import os", 'f"{os.path.dirname(__file__)}/parts/shop.py"'),
    "added": ("import os", 'os.path.dirname(__file__) + "/parts/" + "shop.py"'),
    "a folder that is not known": (
        'import os, sys\n    def root():\n        return sys.modules["lib"].__file__.rpartition("/")[0]',
        'os.path.join(root(), "parts", "shop.py")',
    ),
    "a name that is not known": (
        "import os",
        'os.path.join(os.path.dirname(__file__), "parts", "SHOP.py".lower())',
    ),
    "a function": (
        "import os\n    def place(name):\n        return os.path.join(os.path.dirname(__file__), 'parts', name + '.py')",
        'place("shop")',
    ),
}
_TEXT = "".join(
    f"""
    === {name}
    import importlib.util
    {before}
    def main():{_BY_SPEC.format(path)}
        return other.found(1)
{_MODULE}"""
    for name, (before, path) in _PATHS.items()
)

PROGRAMS = programs(
    _TEXT
    + f"""
    === a loop over names
    import importlib.util, os
    def main():
        found = []
        for name in ["shop", "bar"]:
            path = os.path.join(os.path.dirname(__file__), "parts", f"{{name}}.py")
            spec = importlib.util.spec_from_file_location(name, path)
            part = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(part)
            found.append(part.found(1))
        return found
{_MODULE}
    --- parts/bar.py
    from lib import ask
    def found(value):
        return ask(value) + 2
    === a function that loads
    import importlib.util, pathlib
    def load(name, path):
        spec = importlib.util.spec_from_file_location(name, path)
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        return made
    def main():
        return load("other", pathlib.Path(__file__).parent / "parts/shop.py").found(1)
{_MODULE}
    === source file loader
    import os
    from importlib.machinery import SourceFileLoader
    def main():
        other = SourceFileLoader("other", os.path.join(os.path.dirname(__file__), "parts/shop.py")).load_module()
        return other.found(1)
{_MODULE}
    === spec from loader
    import importlib.machinery, importlib.util, os
    def main():
        loader = importlib.machinery.SourceFileLoader("other", os.path.join(os.path.dirname(__file__), "parts/shop.py"))
        spec = importlib.util.spec_from_loader("other", loader)
        other = importlib.util.module_from_spec(spec)
        loader.exec_module(other)
        return other.found(1)
{_MODULE}
    === run path
    import os, runpy
    def main():
        names = runpy.run_path(os.path.join(os.path.dirname(__file__), "parts", "shop.py"))
        return names["found"](1), names.get("found")(2)
{_MODULE}
    === not of the project [same]
    import importlib.util, tempfile, os
    def main():
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "lib.py")
            with open(path, "w") as file:
                file.write("def ask(x): return x")
            spec = importlib.util.spec_from_file_location("other", path)
            other = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(other)
            return other.ask(1)
    === not known [marked]
    import importlib.util, sys
    def main():
        spec = importlib.util.spec_from_file_location("other", sys.argv[1])
        other = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(other)
        return other.found(1)
{_MODULE}
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_module_is_followed_to_its_file(program: Program) -> None:
    agrees(program)
