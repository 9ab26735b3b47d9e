"""Flask-Principal 0.4: ``quart_app.auth.principal`` keeps its words, awaited."""

from __future__ import annotations

from .api import Api, Consumer, Generation, cls, decorator, fn, members, module, value, waits

_PRINCIPAL = "quart_app.auth.principal"
_RULE = "FQ210"
_PLAIN = [
    "Identity",
    "AnonymousIdentity",
    "Need",
    "UserNeed",
    "RoleNeed",
    "TypeNeed",
    "ActionNeed",
    "ItemNeed",
    "PermissionDenied",
]

#: In the repository, after the last release; their operators combine answers and not needs.
_COMPOSED = ("BasePermission", "AndPermission", "OrPermission", "NotPermission")

APIS: dict[str, Api] = {
    "flask_principal": module(_PRINCIPAL, rule=_RULE),
    "flask_principal.Principal": cls(f"{_PRINCIPAL}.Principal", rule=_RULE),
    "flask_principal.Permission": cls(f"{_PRINCIPAL}.Permission", rule=_RULE),
    "flask_principal.Denial": cls(f"{_PRINCIPAL}.Denial", bases=("flask_principal.Permission",), rule=_RULE),
    # Not its subclasses, but they answer to the same words.
    **{
        f"flask_principal.{name}": cls(
            f"{_PRINCIPAL}.composed.{name}", bases=("flask_principal.Permission",), rule=_RULE
        )
        for name in _COMPOSED
    },
    **{f"flask_principal.{name}": cls(f"{_PRINCIPAL}.{name}", rule=_RULE) for name in _PLAIN},
    "flask_principal.identity_loaded": value(
        "flask_principal.Signal", f"{_PRINCIPAL}.identity_loaded", rule=_RULE
    ),
    "flask_principal.identity_changed": value(
        "flask_principal.Signal", f"{_PRINCIPAL}.identity_changed", rule=_RULE
    ),
    "flask_principal.session_identity_loader": waits("", f"{_PRINCIPAL}.session_identity_loader", rule=_RULE),
    "flask_principal.session_identity_saver": waits("", f"{_PRINCIPAL}.session_identity_saver", rule=_RULE),
    "flask_principal.Signal": cls(),
    "flask_principal.Signal.connect": decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
    "flask_principal.Signal.connect_via": decorator(Consumer.AWAITS),
    "flask_principal.Signal.send": waits("", rule=_RULE),
    "flask_principal.IdentityContext": cls(entered="async", decorates=Consumer.AWAITS, rule=_RULE),
    **members(
        "flask_principal.Permission",
        require=decorator(Consumer.AWAITS, type="flask_principal.IdentityContext"),
        test=waits("", rule=_RULE),
        can=waits("bool", rule=_RULE),
        allows=fn("bool"),
        **dict.fromkeys(
            ("union", "difference", "reverse", "and_", "or_", "invert"), fn("flask_principal.Permission")
        ),
    ),
    "flask_principal.IdentityContext.can": waits("bool", rule=_RULE),
    **members(
        "flask_principal.Principal",
        identity_loader=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        identity_saver=decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
        set_identity=waits("", rule=_RULE),
        init_app=fn(),
    ),
}

GENERATIONS = [
    Generation(
        told_by=frozenset(
            [f"flask_principal.{name}" for name in _COMPOSED]
            + [f"{_PRINCIPAL}.composed.{name}" for name in (*_COMPOSED, "Permission", "Denial")]
        ),
        becomes={
            f"flask_principal.{name}": f"{_PRINCIPAL}.composed.{name}" for name in ("Permission", "Denial")
        },
    )
]

ALIASES = {
    "flaskext.principal": "flask_principal",
    _PRINCIPAL: "flask_principal",
    f"{_PRINCIPAL}.composed": "flask_principal",
}
