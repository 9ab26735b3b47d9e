"""Flask-Babel: its functions need only Flask's context; the object takes selectors that await from ``quart_app.babel``."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members

_RULE = "FQ152"
_SELECTORS = {"locale_selector": Consumer.AWAITS, "timezone_selector": Consumer.AWAITS}

APIS: dict[str, Api] = {
    "flask_babel.Babel": cls("quart_app.babel.Babel", takes=_SELECTORS, rule=_RULE),
    **members(
        "flask_babel.Babel",
        init_app=fn("", takes=_SELECTORS),
        localeselector=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        timezoneselector=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
    ),
    **{
        f"flask_babel.{name}": fn("str")
        for name in ("_", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext", "lazy_ngettext")
    },
}

ALIASES = {"quart_app.babel.Babel": "flask_babel.Babel"}
