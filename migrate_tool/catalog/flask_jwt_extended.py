"""Flask-JWT-Extended: version 4 stays, and what is written for version 3 gets ``quart_app.compat.jwt_extended``.

Version 3 does not run on Flask 3. What it called ``jwt_required`` is not what version 4 calls so, and the callbacks are given something else.
"""

from __future__ import annotations

from .api import Api, Consumer, Generation, cls, decorator, fn, value

_NAME = "flask_jwt_extended"
_COMPAT = "quart_app.compat.jwt_extended"
_RULE = "FQ110"
_CALLED: dict[int | str, Consumer] = {0: Consumer.CALLS}
_AWAITED: dict[int | str, Consumer] = {0: Consumer.AWAITS}

_CALLBACKS = (
    "additional_claims_loader",
    "additional_headers_loader",
    "decode_key_loader",
    "encode_key_loader",
    "expired_token_loader",
    "invalid_token_loader",
    "needs_fresh_token_loader",
    "revoked_token_loader",
    "token_in_blocklist_loader",
    "token_verification_failed_loader",
    "token_verification_loader",
    "unauthorized_loader",
    "user_identity_loader",
    "user_lookup_error_loader",
    "user_lookup_loader",
)
#: Callbacks that only version 3 has, and those that both have and that the successor awaits.
_CALLBACKS_3 = (
    "claims_verification_failed_loader",
    "claims_verification_loader",
    "token_in_blacklist_loader",
    "user_claims_loader",
    "user_loader_callback_loader",
    "user_loader_error_loader",
)
_CALLBACKS_BOTH = (
    "expired_token_loader",
    "invalid_token_loader",
    "needs_fresh_token_loader",
    "revoked_token_loader",
    "unauthorized_loader",
    "user_identity_loader",
)
_DECORATORS_3 = ("fresh_jwt_required", "jwt_optional", "jwt_refresh_token_required")
_FUNCTIONS_3 = {
    "get_jwt_claims": "dict",
    "get_raw_jwt": "dict",
    "get_raw_jwt_header": "dict",
    "verify_fresh_jwt_in_request": "",
    "verify_jwt_in_request_optional": "",
    "verify_jwt_refresh_token_in_request": "",
}
_FUNCTIONS_BOTH = {
    "create_access_token": "str",
    "create_refresh_token": "str",
    "get_current_user": "TokenUser",
    "get_jwt_identity": "",
    "verify_jwt_in_request": "",
}

APIS: dict[str, Api] = {
    f"{_NAME}.JWTManager": cls(),
    f"{_NAME}.JWTManager.init_app": fn(),
    **{f"{_NAME}.JWTManager.{name}": decorator(Consumer.CALLS, takes=_CALLED) for name in _CALLBACKS},
    f"{_NAME}.jwt_required": decorator(Consumer.WRAPS),
    f"{_NAME}.current_user": value("TokenUser"),
    **{
        f"{_NAME}.{name}": fn(result)
        for name, result in {
            **_FUNCTIONS_BOTH,
            "decode_token": "dict",
            "get_jti": "str",
            "get_jwt": "dict",
            "get_jwt_header": "dict",
            "set_access_cookies": "",
            "set_refresh_cookies": "",
            "unset_jwt_cookies": "",
        }.items()
    },
}

_OF_3: dict[str, Api] = {
    f"{_NAME}.JWTManager": cls(f"{_COMPAT}.JWTManager", rule=_RULE),
    **{
        f"{_NAME}.JWTManager.{name}": decorator(Consumer.AWAITS, takes=_AWAITED)
        for name in (*_CALLBACKS_3, *_CALLBACKS_BOTH)
    },
    **{
        f"{_NAME}.{name}": decorator(Consumer.PASSES, f"{_COMPAT}.{name}", rule=_RULE)
        for name in ("jwt_required", *_DECORATORS_3)
    },
    **{
        f"{_NAME}.{name}": fn(result, f"{_COMPAT}.{name}", rule=_RULE)
        for name, result in (_FUNCTIONS_3 | _FUNCTIONS_BOTH).items()
    },
    f"{_NAME}.current_user": value("TokenUser", f"{_COMPAT}.current_user", rule=_RULE),
}

GENERATIONS = [
    Generation(
        told_by=frozenset(f"{_NAME}.{name}" for name in (*_DECORATORS_3, *_FUNCTIONS_3)),
        becomes={},
        apis=_OF_3,
        told_by_bare=frozenset([f"{_NAME}.jwt_required"]),
        told_by_attributes=frozenset(_CALLBACKS_3),
    )
]
