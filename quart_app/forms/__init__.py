"""Flask-WTF's forms, awaited where they wait: for the request's body, and for validators.

``form = await F.create_form()`` and ``if await form.validate_on_submit():``; everything else as in Flask-WTF. Modules have
its names: ``quart_app.forms.file``, ``quart_app.forms.csrf``. Built on quart-wtforms.
"""

from .csrf import CSRFError, CSRFProtect
from .form import FlaskForm
from .verdict import NotAwaitedError, Verdict

#: What Flask-WTF called its form before 0.13.
Form = FlaskForm

__all__ = ["CSRFError", "CSRFProtect", "FlaskForm", "Form", "NotAwaitedError", "Verdict"]
