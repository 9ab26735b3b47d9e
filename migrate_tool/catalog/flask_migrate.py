"""Flask-Migrate 1.0 to 4.1: ``quart_app.db.migrate`` has its words, and its functions stay plain functions."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module

_OURS = "quart_app.db.migrate"
_RULE = "FQ310"
_COMMANDS = "branches check current downgrade edit heads history init list_templates merge migrate revision show stamp upgrade"

APIS: dict[str, Api] = {
    "flask_migrate": module(_OURS, rule=_RULE),
    "flask_migrate.Migrate": cls(f"{_OURS}.Migrate", rule=_RULE),
    "flask_migrate.Config": cls(f"{_OURS}.Config", rule=_RULE),
    **members(
        "flask_migrate.Migrate",
        init_app=fn(),
        get_config=fn("flask_migrate.Config"),
        configure=decorator(Consumer.CALLS, takes={0: Consumer.CALLS}),
    ),
    **{f"flask_migrate.{name}": fn("", f"{_OURS}.{name}", rule=_RULE) for name in _COMMANDS.split()},
}

ALIASES = {
    f"{_OURS}.Migrate": "flask_migrate.Migrate",
    **{f"{_OURS}.{name}": f"flask_migrate.{name}" for name in _COMMANDS.split()},
}
