"""Flask-WTF 0.14 to 1.3 and WTForms: ``quart_app.forms`` reads the request where it must wait."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module, value, waits

_FORMS = "quart_app.forms"
_RULE = "FQ120"

APIS: dict[str, Api] = {
    "flask_wtf": module(_FORMS, rule=_RULE),
    "flask_wtf.file": module(f"{_FORMS}.file", rule=_RULE),
    "flask_wtf.csrf": module(f"{_FORMS}.csrf", rule=_RULE),
    "wtforms": module(),
    "wtforms.Form": cls(),
    "wtforms.Form.validate": fn("bool"),
    "wtforms.Form.populate_obj": fn(),
    "wtforms.Form.errors": value("dict"),
    "flask_wtf.FlaskForm": cls(
        f"{_FORMS}.FlaskForm",
        bases=("wtforms.Form",),
        awaited=True,
        rule=_RULE,
        hooks={"validate": Consumer.AWAITS, "validate_*": Consumer.AWAITS},
    ),
    **members(
        "flask_wtf.FlaskForm",
        validate_on_submit=waits("bool", rule=_RULE),
        validate=waits("bool", rule=_RULE),
        is_submitted=fn("bool"),
        hidden_tag=fn("str"),
    ),
    "flask_wtf.CSRFProtect": cls(f"{_FORMS}.CSRFProtect", rule=_RULE),
    "flask_wtf.csrf.CSRFError": cls(f"{_FORMS}.csrf.CSRFError", rule=_RULE),
    "flask_wtf.csrf.generate_csrf": fn("str", f"{_FORMS}.csrf.generate_csrf", rule=_RULE),
    "flask_wtf.csrf.validate_csrf": fn("", f"{_FORMS}.csrf.validate_csrf", rule=_RULE),
    "flask_wtf.csrf.csrf_meta_tag": fn("", f"{_FORMS}.csrf.csrf_meta_tag", rule=_RULE),
    "flask_wtf.csrf.same_origin": fn("bool", f"{_FORMS}.csrf.same_origin", rule=_RULE),
    "flask_wtf.csrf.logger": value("logging.Logger", f"{_FORMS}.csrf.logger", rule=_RULE),
    "flask_wtf.CSRFProtect.exempt": decorator(Consumer.AWAITS),
    "flask_wtf.CSRFProtect.protect": waits("", rule=_RULE),
    "flask_wtf.CSRFProtect.init_app": fn(),
    "flask_wtf.file.FileField": cls(f"{_FORMS}.file.FileField", rule=_RULE),
    "flask_wtf.file.MultipleFileField": cls(f"{_FORMS}.file.MultipleFileField", rule=_RULE),
    "flask_wtf.file.FileAllowed": cls(f"{_FORMS}.file.FileAllowed", rule=_RULE),
    "flask_wtf.file.FileRequired": cls(f"{_FORMS}.file.FileRequired", rule=_RULE),
    "flask_wtf.file.FileSize": cls(f"{_FORMS}.file.FileSize", rule=_RULE),
}

ALIASES = {
    "flask_wtf.Form": "flask_wtf.FlaskForm",
    "flask_wtf.form.FlaskForm": "flask_wtf.FlaskForm",
    "flask_wtf.form.Form": "flask_wtf.FlaskForm",
    "flask_wtf.csrf.CSRFProtect": "flask_wtf.CSRFProtect",
    "flask_wtf.csrf.CsrfProtect": "flask_wtf.CSRFProtect",
    "flask_wtf.CsrfProtect": "flask_wtf.CSRFProtect",
    "flask_wtf.file.file_allowed": "flask_wtf.file.FileAllowed",
    "flask_wtf.file.file_required": "flask_wtf.file.FileRequired",
    "wtforms.form.Form": "wtforms.Form",
    f"{_FORMS}.FlaskForm": "flask_wtf.FlaskForm",
    f"{_FORMS}.CSRFProtect": "flask_wtf.CSRFProtect",
}
