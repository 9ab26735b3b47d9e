"""Names that come from the script that runs, and attributes of modules that another module sets."""

from __future__ import annotations

import textwrap

from tests.migrate_tool.programs import migrated


def test_what_comes_from_the_script_that_runs_is_known() -> None:
    texts, _ = migrated(
        {
            "run.py": """
                from flask import Flask
                app = Flask(__name__)
                from routes.index import *
                if __name__ == "__main__":
                    app.run()
            """,
            "routes/index.py": """
                from __main__ import app
                from flask import request
                @app.route("/")
                def index():
                    return request.get_json()["a"]
            """,
        }
    )
    assert 'async def index():\n    return (await request.get_json())["a"]' in texts["routes/index.py"]


def test_without_a_guard_it_is_the_script_at_the_root() -> None:
    texts, _ = migrated(
        {
            "app.py": "from flask import Flask\napp = Flask(__name__)\nimport routes.index\napp.run()\n",
            "routes/index.py": textwrap.dedent(
                """
                from __main__ import app
                from flask import request
                @app.route("/")
                def index():
                    return request.form["a"]
                """
            ),
            "routes/other.py": "app = 1\n",
        }
    )
    assert 'return (await request.form)["a"]' in texts["routes/index.py"]


def test_an_attribute_of_a_module_that_another_one_sets() -> None:
    texts, _ = migrated(
        {
            "state.py": "from typing import Any\nbase: Any\n",
            "start.py": """
                import aiosqlite
                import state
                async def start():
                    state.base = await aiosqlite.connect("x")
            """,
            "views.py": """
                from quart import Quart
                import state
                app = Quart(__name__)
                @app.route("/")
                async def index():
                    state.base.commit()
                    return ""
            """,
        }
    )
    assert "await state.base.commit()" in texts["views.py"]
