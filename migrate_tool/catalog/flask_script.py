"""Flask-Script, which runs on no Flask since 2.0: ``quart_app.compat.script`` has its managers and commands, and awaits them."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module, value

_OURS = "quart_app.compat.script"
_RULE = "FQ130"
_COMMANDS = ("Server", "Shell")
_PROMPTS = ("prompt", "prompt_bool", "prompt_choices", "prompt_pass")

APIS: dict[str, Api] = {
    "flask_script": module(_OURS, rule=_RULE),
    "flask_script.Manager": cls(f"{_OURS}.Manager", rule=_RULE),
    **members(
        "flask_script.Manager",
        command=decorator(Consumer.AWAITS),
        option=decorator(Consumer.AWAITS),
        shell=decorator(Consumer.CALLS),
        add_command=fn(),
        add_option=fn(),
        run=fn(),
        handle=fn(),
        app=value("flask.Flask"),
    ),
    "flask_script.Command": cls(
        f"{_OURS}.Command", rule=_RULE, takes={0: Consumer.AWAITS}, hooks={"run": Consumer.AWAITS}
    ),
    "flask_script.Option": cls(f"{_OURS}.Option", rule=_RULE),
    **{
        f"flask_script.{name}": cls(f"{_OURS}.{name}", bases=("flask_script.Command",), rule=_RULE)
        for name in _COMMANDS
    },
    **{
        f"flask_script.{name}": fn("str" if name != "prompt_bool" else "bool", f"{_OURS}.{name}", rule=_RULE)
        for name in _PROMPTS
    },
    "flask_migrate.MigrateCommand": value("", f"{_OURS}.MigrateCommand", rule=_RULE),
}

ALIASES = {
    **{f"flask_script.commands.{name}": f"flask_script.{name}" for name in ("Command", "Option", *_COMMANDS)},
    **{f"flask_script.cli.{name}": f"flask_script.{name}" for name in _PROMPTS},
    **{
        f"{_OURS}.{name}": f"flask_script.{name}"
        for name in ("Command", "Manager", "Option", *_COMMANDS, *_PROMPTS)
    },
    f"{_OURS}.MigrateCommand": "flask_migrate.MigrateCommand",
}
