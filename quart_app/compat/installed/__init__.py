"""Old names for installed packages: what they ask Flask, Werkzeug, Jinja, WTForms and Python for, and no longer find.

The codemod writes an application's own code anew; an extension that nobody keeps up stays as it was released. Where such a
package says ``from flask import _request_ctx_stack`` it gets what stands in for it, found in the codemod's own catalogue, and
the log says once which distribution needs that. Nobody else gets anything:

- code that is not installed, the application's own, meets the error that it always met;
- who can do without (``try: ... except ImportError:``, ``hasattr(...)``) is left to do without;
- a name that is there is read as ever: no module is searched twice, nothing is replaced.

``import quart_app`` puts it in force. An extension that is imported before that needs ``import quart_app.compat.installed`` first;
the codemod writes it.
"""

from __future__ import annotations

from .attributes import give_attributes
from .modules import OldModules, watch

__all__ = ["install"]


def install() -> None:
    """Give installed packages the old names from now on; more than once is as good as once."""
    if OldModules.put_in_place():
        watch()
        give_attributes()
