"""Uploaded files, from ``request.files`` and from the fields of forms: saving one waits."""

from __future__ import annotations

from .api import Api, cls, fn, members, value, waits

_FILE = "werkzeug.datastructures.FileStorage"
_RULE = "FQ104"

APIS: dict[str, Api] = {
    # An application that makes one itself (mostly a test) gets the class whose ``save`` may be awaited too.
    _FILE: cls("quart_app.uploads.FileStorage", rule=_RULE),
    **members(
        _FILE,
        save=waits("", rule=_RULE),
        read=fn("bytes"),
        readline=fn("bytes"),
        readlines=fn("list[bytes]"),
        filename=value("str"),
        name=value("str"),
        content_type=value("str"),
        mimetype=value("str"),
        content_length=value("int"),
    ),
    "werkzeug.datastructures.FileMultiDict": cls(element="str"),
    **members(
        "werkzeug.datastructures.FileMultiDict",
        __getitem__=fn(_FILE),
        get=fn(_FILE),
        pop=fn(_FILE),
        getlist=fn(f"list[{_FILE}]"),
        poplist=fn(f"list[{_FILE}]"),
        values=fn(f"list[{_FILE}]"),
        listvalues=fn(f"list[list[{_FILE}]]"),
        items=fn(f"list[tuple[str, {_FILE}]]"),
        lists=fn(f"list[tuple[str, list[{_FILE}]]]"),
        to_dict=fn(f"dict[str, {_FILE}]"),
        copy=fn("Self"),
        keys=fn("list[str]"),
    ),
    "flask_wtf.file.FileField.data": value(_FILE),
    "flask_wtf.file.MultipleFileField.data": value(f"list[{_FILE}]"),
    "wtforms.FileField": cls(),
    "wtforms.FileField.data": value(_FILE),
    "wtforms.MultipleFileField": cls(),
    "wtforms.MultipleFileField.data": value(f"list[{_FILE}]"),
}

ALIASES = {
    "werkzeug.FileStorage": _FILE,
    "werkzeug.datastructures.file_storage.FileStorage": _FILE,
    "quart.datastructures.FileStorage": _FILE,
    "quart_app.uploads.FileStorage": _FILE,
    "wtforms.fields.FileField": "wtforms.FileField",
    "wtforms.fields.MultipleFileField": "wtforms.MultipleFileField",
    "wtforms.fields.simple.FileField": "wtforms.FileField",
    "wtforms.fields.simple.MultipleFileField": "wtforms.MultipleFileField",
}
