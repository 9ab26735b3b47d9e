"""WTForms' own messages in the language that Flask-Babel has for the request, as Flask-WTF gives them."""

from __future__ import annotations

import functools
from typing import Any

from quart import current_app, has_app_context, has_request_context
from wtforms.i18n import messages_path


class Messages:
    """What fields and validators translate their messages with; outside of a request, and without Babel, they stay as they are."""

    def gettext(self, text: str) -> str:
        """Translate ``text``."""
        catalogue = _of_request()
        return text if catalogue is None else str(catalogue.ugettext(text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Translate the text for ``number`` things."""
        catalogue = _of_request()
        if catalogue is None:
            return one if number == 1 else many
        return str(catalogue.ungettext(one, many, number))


def translates() -> bool:
    """Whether the application has Flask-Babel, and did not turn ``WTF_I18N_ENABLED`` off."""
    if not has_app_context() or not current_app.config.get("WTF_I18N_ENABLED", True):
        return False
    babel = current_app.extensions.get("babel")
    # Quart-Babel's name in the application's extensions is the same.
    return any(cls.__module__.partition(".")[0] == "flask_babel" for cls in type(babel).__mro__)


def _of_request() -> Any:
    if not has_request_context() or not translates():
        return None
    from flask_babel import get_locale

    locale = get_locale()
    return None if locale is None else _catalogue(str(locale))


@functools.cache
def _catalogue(locale: str) -> Any:
    from babel.support import Translations

    return Translations.load(messages_path(), [locale], domain="wtforms")
