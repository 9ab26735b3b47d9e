"""Flask-Principal's two generations: the signs mean something else in its repository than in its releases."""

from __future__ import annotations

from tests.migrate_tool.programs import migrated

VIEW = """
    from flask import Flask
    from permissions import both
    app = Flask(__name__)
    @app.route("/")
    def index():
        both.test(403)
        if both.can():
            return "both"
        return "one"
"""


def test_the_releases_keep_their_operators() -> None:
    texts, _ = migrated(
        {
            "app.py": VIEW,
            "permissions.py": """
                from flask_principal import Permission, RoleNeed
                both = Permission(RoleNeed("a")) & ~Permission(RoleNeed("b"))
            """,
        }
    )
    assert "from quart_app.auth.principal import Permission, RoleNeed\n" in texts["permissions.py"]
    assert "    await both.test(403)\n    if await both.can():\n" in texts["app.py"]


def test_a_name_that_only_the_repository_has_tells_the_generation_of_the_whole_project() -> None:
    files = {
        "app.py": VIEW,
        "permissions.py": """
            from flask_principal import Permission, RoleNeed
            from own import Own
            both = (Permission(RoleNeed("a")) | Own()) & ~Own()
        """,
        "own.py": """
            from flask_principal import BasePermission
            class Own(BasePermission):
                def allows(self, identity):
                    return identity.id == "ann"
        """,
    }
    texts, _ = migrated(files)
    assert texts["permissions.py"].startswith(
        "from quart_app.auth.principal import RoleNeed\nfrom quart_app.auth.principal.composed import Permission\n"
    )
    assert "from quart_app.auth.principal.composed import BasePermission\n" in texts["own.py"]
    assert "    def allows(self, identity):\n" in texts["own.py"]
    assert "    await both.test(403)\n    if await both.can():\n" in texts["app.py"]
    again, findings = migrated(texts)
    assert again == texts
    assert findings == []
