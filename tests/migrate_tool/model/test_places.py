"""What a path in the code says, and what is done with a module that is loaded by it."""

from __future__ import annotations

import ast
import textwrap

import pytest

from migrate_tool.model.places import UNKNOWN, texts
from tests.migrate_tool.programs import migrated, project, with_app

SHOP = {
    "shop/app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    "shop/two/app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
}


def read(code: str, *, path: str = "tests/test_x.py") -> set[str]:
    """The paths that the argument of ``seen(...)`` can be; ``?`` for what is not known."""
    model = project({path: code})
    [module] = model.modules.values()
    [call] = [
        node
        for node in ast.walk(module.source.tree or ast.Module([], []))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "seen"
    ]
    return {text.replace(UNKNOWN, "?") for text in texts(model.types, call.args[0], module.scopes[call])}


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("__file__", "/tests/test_x.py"),
        ('os.path.join(os.path.dirname(__file__), "..", "shop", "app.py")', "/shop/app.py"),
        ("os.path.dirname(os.path.dirname(os.path.abspath(__file__)))", "/"),
        ("os.path.dirname(os.path.dirname(os.path.dirname(__file__)))", "?"),
        ('os.path.join(os.getcwd(), "shop/app.py")', "/shop/app.py"),
        ('Path(__file__).parent.parent / "shop" / "app.py"', "/shop/app.py"),
        ('Path(__file__).parents[1] / "app.py"', "/app.py"),
        ('Path(__file__).with_name("other.py")', "/tests/other.py"),
        ('Path.cwd() / "app.py"', "/app.py"),
        ('"/srv/shop/app.py"', "?/srv/shop/app.py"),
        ('os.path.join(where, "shop", name)', "?/shop/?"),
        ('f"shop/{name}.py"', "shop/?.py"),
        ("where", "?"),
        ("1", "?"),
    ],
)
def test_a_path_is_read(path: str, meant: str) -> None:
    assert read(f"import os\nfrom pathlib import Path\n\ndef test():\n    seen({path})\n") == {meant}


def test_names_attributes_loops_parameters_and_fixtures_are_followed() -> None:
    assert read(
        """
        class Test:
            folder = "shop"
            def test(self):
                seen(self.folder + "/app.py")
        """
    ) == {"shop/app.py"}
    assert read("for name, _ in [('a', 1), ('b', 2)]:\n    seen(name)\n") == {"a", "b"}
    assert read("def load(path, more='c'):\n    seen(path + more)\nload('a')\nload(path='b')\n") == {
        "ac",
        "bc",
    }
    assert read(
        """
        import pytest
        @pytest.fixture
        def folder():
            return "shop"
        @pytest.mark.parametrize("name, other", [("a", 1), ("b", 2)])
        def test_x(folder, name, other):
            seen(folder + "/" + name)
        """
    ) == {"shop/a", "shop/b"}
    assert read("from pathlib import Path\nfor path in Path('plugins').glob('*.py'):\n    seen(path)\n") == {
        "plugins/?"
    }


@pytest.mark.parametrize(
    "code",
    [
        "def load(path):\n    seen(path)\n    load(path)\n",
        "path = 'a'\nwhile path:\n    path = path + 'b'\nseen(path)\n",
        "for a in '1234567':\n    seen(f'{a}{a}{a}{a}')\n",
    ],
)
def test_what_goes_round_ends(code: str) -> None:
    assert any("?" in text for text in read(code))


@pytest.mark.parametrize(
    ("load", "awaits"),
    [
        ('imp.load_source("shop", "shop/app.py")', True),
        ('imp.load_source("shop", os.path.join(where, "two", "app.py"))', True),
        ('imp.load_source("shop", os.path.join(where, "app.py"))', True),
        ('imp.load_source("shop", os.path.join(where, "three.py"))', False),
    ],
)
def test_the_client_of_an_application_that_is_loaded(load: str, awaits: bool) -> None:
    code = f"""
        import imp, os
        def test_index(where):
            client = {load}.app.test_client()
            assert client.get("/").status_code == 200
    """
    text = migrated({**SHOP, "tests/test_x.py": textwrap.dedent(code)})[0]["tests/test_x.py"]
    assert ("await client.get" in text) is awaits
    assert ("# migrate: FQ906" in text) is not awaits


@pytest.mark.parametrize("path", ["sys.argv[1]", '"/srv/code/main.py"'])
def test_a_module_that_is_not_known_is_marked_once(path: str) -> None:
    files = with_app(f"import imp, sys\ndef found():\n    return imp.load_source('x', {path}).found()\n")
    once, findings = migrated(files)
    assert [item.action for item in findings if item.code == "FQ906"] == ["marked"]
    assert "# migrate: FQ906" in once["code.py"]
    assert migrated(once)[0] == once
