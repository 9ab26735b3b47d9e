from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate_tool.edits.imports import ImportPlan
from migrate_tool.edits.spans import EditSet
from migrate_tool.project.source import SourceFile

#: What the tests move: name -> (module, name), or None for a name that goes.
MOVES: dict[str, tuple[str, str] | None] = {
    "Flask": ("quart_app", "Quart"),
    "request": ("quart", "request"),
    "session": ("quart", "session"),
    "url_for": ("quart", "url_for"),
    "Markup": ("markupsafe", "Markup"),
    "gone": None,
}


def plan_of(text: str) -> ImportPlan:
    return ImportPlan(SourceFile.of(text))


def move_all(plan: ImportPlan, module: str = "flask") -> dict[str, str]:
    """Move every known name that is imported from ``module``; returns the new local names by old ones."""
    found: dict[str, str] = {}
    for node in ast.walk(plan.tree):
        if isinstance(node, ast.ImportFrom) and node.module == module:
            mapping: list[tuple[ast.alias, str | None, str]] = []
            for alias in node.names:
                if alias.name in MOVES:
                    new = MOVES[alias.name]
                    mapping.append((alias, new[0], new[1]) if new else (alias, None, ""))
            found |= {
                alias.asname or alias.name: local for alias, local in plan.replace(node, mapping).items()
            }
    return found


def result(plan: ImportPlan) -> str:
    edits = EditSet(plan.source.text)
    edits.update(plan.edits())
    text = edits.render()
    assert not edits.conflicts
    ast.parse(text)
    return text


def moved(text: str) -> str:
    plan = plan_of(text)
    move_all(plan)
    return result(plan)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from flask import request\n", "from quart import request\n"),
        ("from flask import request, session", "from quart import request, session"),
        ("from flask import request as r\n", "from quart import request as r\n"),
        ("from flask import Flask\n", "from quart_app import Quart\n"),
        ("from flask import Flask as F  # web\n", "from quart_app import Quart as F  # web\n"),
        ("from  flask\timport ( request )\n", "from  quart\timport ( request )\n"),
        (
            "from flask import \\\n    request, \\\n    session\n",
            "from quart import \\\n    request, \\\n    session\n",
        ),
        (
            "from flask import (\n    request,  # one\n    # two\n    session,\n)\n",
            "from quart import (\n    request,  # one\n    # two\n    session,\n)\n",
        ),
        ("import os; from flask import request; x = 1\n", "import os; from quart import request; x = 1\n"),
        ("from flask import request\r\nx = 1\r\n", "from quart import request\r\nx = 1\r\n"),
        ("x = 'é'; from flask import request\n", "x = 'é'; from quart import request\n"),
    ],
)
def test_a_statement_that_moves_as_a_whole_keeps_its_shape(before: str, after: str) -> None:
    assert moved(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from flask import Flask, request, session\n",
            "from quart import request, session\nfrom quart_app import Quart\n",
        ),
        (
            "from flask import request, Flask, session\n",
            "from quart import request, session\nfrom quart_app import Quart\n",
        ),
        (
            "from flask import request, session, Flask",
            "from quart import request, session\nfrom quart_app import Quart",
        ),
        (
            "from flask import current_app, request\n",
            "from flask import current_app\nfrom quart import request\n",
        ),
        ("from flask import gone, request\n", "from quart import request\n"),
        ("from flask import (request, gone)\n", "from quart import (request)\n"),
        (
            "from flask import request, Markup as M\n",
            "from markupsafe import Markup as M\nfrom quart import request\n",
        ),
        (
            "from flask import Flask, request  # web\nx = 1\n",
            "from quart import request  # web\nfrom quart_app import Quart\nx = 1\n",
        ),
        (
            "def f():\n\tfrom flask import Flask, request, session\n\treturn 1\n",
            "def f():\n\tfrom quart import request, session\n\tfrom quart_app import Quart\n\treturn 1\n",
        ),
        (
            "try: from flask import current_app, request\nexcept ImportError: pass\n",
            "try: from flask import current_app; from quart import request\nexcept ImportError: pass\n",
        ),
        (
            "import os; from flask import current_app, request; x = 1\n",
            "import os; from flask import current_app; from quart import request; x = 1\n",
        ),
        (
            "from flask import current_app, request; x = 1\n",
            "from flask import current_app; from quart import request; x = 1\n",
        ),
        (
            "from flask import current_app, \\\n    request\n",
            "from flask import current_app\nfrom quart import request\n",
        ),
    ],
)
def test_names_that_part_get_statements_of_their_own(before: str, after: str) -> None:
    assert moved(before) == after


MULTILINE = """\
from flask import (
    Flask,  # the app
    current_app,  # stays

    # about requests
    request, session,
    gone,
    url_for  # noqa
)
import os
"""


def test_lines_of_names_that_leave_go_and_the_others_keep_their_comments() -> None:
    assert moved(MULTILINE) == (
        "from flask import (\n    current_app,  # stays\n\n    # about requests\n)\n"
        "from quart import request, session, url_for  # noqa\n"
        "from quart_app import Quart  # the app\n"
        "import os\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from flask import (current_app, request,\n    session, Markup)\n",
            "from flask import (current_app, \n    )\nfrom markupsafe import Markup\nfrom quart import request, session\n",
        ),
        (
            "from flask import (request,\n                   current_app,\n                   gone)\n",
            "from flask import (\n                   current_app,\n                   )\nfrom quart import request\n",
        ),
        (
            "from flask import (\n    current_app, request,  # both\n)\n",
            "from flask import (\n    current_app,  # both\n)\nfrom quart import request\n",
        ),
        (
            "from flask import (current_app, request,)\n",
            "from flask import (current_app,)\nfrom quart import request\n",
        ),
    ],
)
def test_hanging_parentheses_stay_valid(before: str, after: str) -> None:
    text = moved(before)
    squeezed = [line.replace(" ,", ",").rstrip() for line in text.splitlines()]
    assert squeezed == [line.rstrip() for line in after.splitlines()]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\nfrom flask import gone\nx = 1\n", "import os\nx = 1\n"),
        ("from flask import gone  # what for\nx = 1\n", "x = 1\n"),
        ("from flask import gone\n", ""),
        ("x = 1; from flask import gone\n", "x = 1; pass\n"),
        ("def f():\n    from flask import gone\n", "def f():\n    pass\n"),
        ("def f():\n    from flask import gone\n    return 1\n", "def f():\n    return 1\n"),
        ("def f():\n    from flask import gone\n    from flask import gone as g\n", "def f():\n    pass\n"),
        (
            "try:\n    from flask import gone\nexcept ImportError:\n    from flask import gone\n",
            "try:\n    pass\nexcept ImportError:\n    pass\n",
        ),
        ("if a: from flask import gone\nelse: b\n", "if a: pass\nelse: b\n"),
        ("if a:\n    b\nelse:\n    from flask import gone\n", "if a:\n    b\nelse:\n    pass\n"),
    ],
)
def test_names_that_go_take_their_statement_along_but_never_empty_a_block(before: str, after: str) -> None:
    assert moved(before) == after


def test_many_names_are_written_one_to_a_line() -> None:
    names = [f"quite_a_long_name_{i}" for i in range(5)]
    plan = plan_of("def f():\n    from flask import keep, " + ", ".join(names) + "\n")
    [node] = [n for n in ast.walk(plan.tree) if isinstance(n, ast.ImportFrom)]
    plan.replace(node, [(alias, "quart", alias.name) for alias in node.names[1:]])
    lines = result(plan).splitlines()
    assert lines[1:3] == ["    from flask import keep", "    from quart import ("]
    assert lines[3] == "        quite_a_long_name_0,"
    assert lines[-1] == "    )"


# -- local names -------------------------------------------------------------------------------------------


def test_a_new_name_that_is_taken_is_imported_under_the_old_one() -> None:
    plan = plan_of("from flask import Flask\nclass Quart: pass\n")
    assert move_all(plan) == {"Flask": "Flask"}
    assert result(plan) == "from quart_app import Quart as Flask\nclass Quart: pass\n"


def test_a_name_that_was_aliased_keeps_its_alias() -> None:
    plan = plan_of("from flask import Flask as App\n")
    assert move_all(plan) == {"App": "App"}


def test_two_imports_of_one_thing_both_get_the_new_name() -> None:
    plan = plan_of("from flask import Flask\ndef f():\n    from flask import Flask\n")
    assert move_all(plan) == {"Flask": "Quart"}
    assert result(plan) == "from quart_app import Quart\ndef f():\n    from quart_app import Quart\n"


def test_the_old_name_can_be_kept_for_others_who_import_it_from_here() -> None:
    plan = plan_of("from flask import Flask, request\n")
    node = plan.tree.body[0]
    assert isinstance(node, ast.ImportFrom)
    locals_ = plan.replace(
        node, [(node.names[0], "quart_app", "Quart"), (node.names[1], "quart", "request")], keep_local=True
    )
    assert list(locals_.values()) == ["Flask", "request"]
    assert result(plan) == "from quart import request\nfrom quart_app import Quart as Flask\n"


def test_a_later_word_about_a_name_replaces_the_earlier_one() -> None:
    plan = plan_of("from flask import Flask\n")
    node = plan.tree.body[0]
    assert isinstance(node, ast.ImportFrom)
    plan.replace(node, [(node.names[0], "quart", "Quart")])
    plan.replace(node, [(node.names[0], "quart_app", "Quart")])
    assert result(plan) == "from quart_app import Quart\n"
    assert plan.need("quart_app", "Quart") == "Quart"


@pytest.mark.parametrize(
    ("before", "new", "local", "after"),
    [
        ("import flask\n", "quart", "quart", "import quart\n"),
        ("import flask as f\n", "quart", "f", "import quart as f\n"),
        ("import os, flask, sys\n", "quart", "quart", "import os, quart, sys\n"),
        ("import flask\ndef quart(): pass\n", "quart", "flask", "import quart as flask\ndef quart(): pass\n"),
        ("import flask.views\n", "quart.views", "quart.views", "import quart.views\n"),
        (
            "import flask.views\nimport quart.app\n",
            "quart.views",
            "quart.views",
            "import quart.views\nimport quart.app\n",
        ),
        (
            "import flask.views\nquart = 1\n",
            "quart.views",
            "views",
            "import quart.views as views\nquart = 1\n",
        ),
    ],
)
def test_plain_imports_change_their_module(before: str, new: str, local: str, after: str) -> None:
    plan = plan_of(before)
    node = next(n for n in plan.tree.body if isinstance(n, ast.Import) and "flask" in ast.unparse(n))
    alias = next(a for a in node.names if a.name.startswith("flask"))
    assert plan.replace(node, [(alias, new, "")]) == {alias: local}
    assert result(plan) == after


def test_a_plain_import_can_lose_a_name() -> None:
    plan = plan_of("import os, flask, sys\n")
    node = plan.tree.body[0]
    assert isinstance(node, ast.Import)
    plan.remove(node, [node.names[2], node.names[0]])
    assert result(plan) == "import flask\n"


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("from .models import a\n", "..other", "from ..other import a\n"),
        ("from . import a\n", "quart", "from quart import a\n"),
        ("from .import a\n", "quart", "from quart import a\n"),
        ("from.import a\n", "quart", "from quart import a\n"),
        ("from.x import(a)\n", "quart", "from quart import(a)\n"),
        ("from flask . views import a\n", "quart", "from quart import a\n"),
        ("from \\\n  flask \\\n  import a\n", "quart", "from \\\n  quart \\\n  import a\n"),
        ("from flask import *\n", "quart", "from quart import *\n"),
        ("from pkg.himport import a\n", "quart", "from quart import a\n"),
        ("from important import a\n", "quart", "from quart import a\n"),
    ],
)
def test_modules_are_found_however_they_are_written(before: str, new: str, after: str) -> None:
    plan = plan_of(before)
    node = plan.tree.body[0]
    assert isinstance(node, ast.ImportFrom)
    plan.replace(node, [(alias, new, alias.name) for alias in node.names])
    assert result(plan) == after


# -- needed names ------------------------------------------------------------------------------------------


def needing(text: str, *wanted: tuple[str, str]) -> tuple[list[str], str]:
    plan = plan_of(text)
    return [plan.need(module, name) for module, name in wanted], result(plan)


WAIT = ("quart_app.bridge", "wait")
LINE = "from quart_app.bridge import wait\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", LINE),
        ("x = 1\n", LINE + "\nx = 1\n"),
        ("x = 1", LINE + "\nx = 1"),
        (
            "#!/usr/bin/env python\n# coding: utf-8\nx = 1\n",
            "#!/usr/bin/env python\n# coding: utf-8\n" + LINE + "\nx = 1\n",
        ),
        ("# only a comment", "# only a comment\n" + LINE),
        ("# head\n\n# about f\ndef f(): pass\n", "# head\n" + LINE + "\n# about f\ndef f(): pass\n"),
        ("@d\ndef f(): pass\n", LINE + "\n@d\ndef f(): pass\n"),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\n\n' + LINE + "x = 1\n"),
        ('"""Doc."""', '"""Doc."""\n\n' + LINE[:-1]),
        (
            "from __future__ import annotations\nx = 1\n",
            "from __future__ import annotations\n\n" + LINE + "x = 1\n",
        ),
        (
            "import os\nimport sys  # why\nx = 1\nimport late\n",
            "import os\nimport sys  # why\n" + LINE + "x = 1\nimport late\n",
        ),
        ("import os; x = '''\n'''\ny = 1\n", "import os; x = '''\n'''\n" + LINE + "y = 1\n"),
        (
            "import os\nif TYPE_CHECKING:\n    import a\nx = 1\n",
            "import os\n" + LINE + "if TYPE_CHECKING:\n    import a\nx = 1\n",
        ),
        (
            "import os\ntry:\n    import a\nexcept ImportError:\n    a = None\nimport sys\nx = 1\n",
            "import os\ntry:\n    import a\nexcept ImportError:\n    a = None\nimport sys\n"
            + LINE
            + "x = 1\n",
        ),
        ("import os\r\nx = 1\r\n", "import os\r\n" + LINE[:-1] + "\r\nx = 1\r\n"),
    ],
)
def test_a_needed_name_is_imported_behind_the_imports(before: str, after: str) -> None:
    names, text = needing(before, WAIT)
    assert names == ["wait"]
    assert text == after


@pytest.mark.parametrize(
    "before",
    [
        "from quart_app.bridge import wait\n",
        "import os\nfrom quart_app.bridge import run, wait\ndef f():\n    from quart_app.bridge import wait\n",
    ],
)
def test_a_name_that_is_there_is_not_imported_again(before: str) -> None:
    assert needing(before, WAIT, WAIT) == (["wait", "wait"], before)


def test_a_name_that_is_there_under_an_alias_is_used_under_it() -> None:
    text = "from quart_app.bridge import wait as w\n"
    assert needing(text, WAIT) == (["w"], text)


@pytest.mark.parametrize(
    "other",
    [
        "def wait(): pass",
        "def f(wait): pass",
        "import wait",
        "from time import wait",
        "for wait in x: pass",
        "match x:\n    case [*wait]: pass",
    ],
)
def test_a_name_that_means_something_else_in_the_file_gets_an_alias(other: str) -> None:
    names, text = needing(f"import os\n{other}\n", WAIT)
    assert names == ["bridge_wait"]
    assert "from quart_app.bridge import wait as bridge_wait\n" in text


def test_the_alias_avoids_names_that_are_taken_too() -> None:
    names, _ = needing("wait = bridge_wait = 1\n", WAIT)
    assert names == ["bridge_wait_2"]


def test_an_import_that_only_type_checkers_see_does_not_count() -> None:
    names, text = needing("if TYPE_CHECKING:\n    from quart_app.bridge import wait\nx = 1\n", WAIT)
    assert names == ["wait"]
    assert text.startswith(LINE)


def test_needed_names_join_a_statement_for_their_module() -> None:
    assert (
        needing("from quart_app.bridge import run\nimport os\n", WAIT)[1]
        == "from quart_app.bridge import run, wait\nimport os\n"
    )
    several = "from quart_app.bridge import (\n    run,\n    drive,\n)\n"
    assert needing(several, WAIT)[1] == "from quart_app.bridge import (\n    run,\n    drive,\n    wait,\n)\n"
    commented = "from quart_app.bridge import (\n    run,  # why\n)\n"
    assert needing(commented, WAIT)[1] == commented + LINE


def test_needed_names_join_a_statement_that_comes_to_their_module() -> None:
    plan = plan_of("from flask import request\n")
    move_all(plan)
    plan.need("quart", "websocket")
    assert result(plan) == "from quart import request, websocket\n"


def test_several_needed_names_are_sorted_and_modules_come_first() -> None:
    wanted = [("b", "z"), ("b", "a"), ("a", "x"), ("asyncio", ""), ("quart_app.db", "")]
    names, text = needing("x0 = 1\n", *wanted)
    assert names == ["z", "a", "x", "asyncio", "quart_app.db"]
    assert text == "import asyncio\nimport quart_app.db\nfrom a import x\nfrom b import a, z\n\nx0 = 1\n"


def test_a_name_freed_by_a_replacement_can_be_taken() -> None:
    plan = plan_of("from flask import gone as wait\n")
    move_all(plan)
    assert plan.need(*WAIT) == "wait"
    assert result(plan) == LINE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from flask import gone\n\nx0 = 1\n", LINE + "\nx0 = 1\n"),
        ("import os\n\nfrom flask import gone\n\nx0 = 1\n", "import os\n\n" + LINE + "\nx0 = 1\n"),
        ("import os\nfrom flask import gone\nx0 = 1\n", "import os\n" + LINE + "x0 = 1\n"),
    ],
)
def test_a_needed_name_takes_the_place_of_an_import_that_goes(before: str, after: str) -> None:
    plan = plan_of(before)
    move_all(plan)
    plan.need(*WAIT)
    assert result(plan) == after


def test_a_needed_name_that_a_replacement_brings_is_not_imported_again() -> None:
    plan = plan_of("from flask import Flask, request\n")
    move_all(plan)
    assert plan.need("quart", "request") == "request"
    assert plan.need("quart_app", "Quart") == "Quart"
    assert result(plan) == "from quart import request\nfrom quart_app import Quart\n"


# -- properties --------------------------------------------------------------------------------------------


def bound_names(text: str) -> dict[str, tuple[str, str]]:
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = (node.module or "", alias.name)
    return found


LAYOUTS: list[Callable[[list[str]], str]] = [
    lambda names: f"from flask import {', '.join(names)}\n",
    lambda names: f"from flask import ({', '.join(names)},)\n",
    lambda names: "from flask import (\n    " + ",\n    ".join(names) + "\n)\n",
    lambda names: "from flask import (\n    " + ",  # c\n    ".join(names) + ",  # d\n)  # e\n",
    lambda names: "from flask import (" + ",\n    ".join(names) + ")\n",
    lambda names: "from flask import " + ", \\\n  ".join(names) + "\n",
    lambda names: (
        "from flask import (\n    "
        + ", ".join(names[:2])
        + ",\n    # c\n    "
        + ", ".join(names[2:] or ["last"])
        + ")\n"
    ),
    lambda names: "def f():\n  from flask import " + ", ".join(names) + "; x = 1\n",
]


@given(
    st.lists(
        st.sampled_from([*MOVES, "current_app", "g", "request as r", "Flask as F"]),
        min_size=1,
        max_size=7,
        unique=True,
    ),
    st.sampled_from(LAYOUTS),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_every_name_ends_where_it_belongs_whatever_the_layout(
    names: list[str], layout: Callable[[list[str]], str], newline: str
) -> None:
    before = layout(names).replace("\n", newline)
    text = moved(before)
    expected = {}
    for local, (module, name) in bound_names(before).items():
        new = MOVES.get(name, (module, name))
        if new is not None:
            expected[new[1] if local == name else local] = new
    assert bound_names(text) == expected
    assert set(newline) >= {c for c in text if c in "\r\n"}
