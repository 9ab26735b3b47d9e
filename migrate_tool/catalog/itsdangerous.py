"""itsdangerous: the JSON Web Signatures that 2.1 removed live on in ``quart_app.auth.signed_json``, in the same format."""

from __future__ import annotations

from .api import Api, cls, fn, members

_OURS = "quart_app.auth.signed_json"
_RULE = "FQ151"
_NAMES = ("JSONWebSignatureSerializer", "TimedJSONWebSignatureSerializer")
_BASE = f"itsdangerous.{_NAMES[0]}"

APIS: dict[str, Api] = {
    _BASE: cls(f"{_OURS}.{_NAMES[0]}", rule=_RULE),
    f"itsdangerous.{_NAMES[1]}": cls(f"{_OURS}.{_NAMES[1]}", bases=(_BASE,), rule=_RULE),
    **members(_BASE, dumps=fn("bytes"), loads=fn("")),
}

ALIASES = {
    f"{module}.{name}": f"itsdangerous.{name}" for module in ("itsdangerous.jws", _OURS) for name in _NAMES
}
