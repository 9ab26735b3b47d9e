"""Protection against cross-site request forgery, token for token Flask-WTF's."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from markupsafe import Markup
from quart import Blueprint, Quart, current_app, g, request
from quart_wtf.const import TOKEN_INVALID
from quart_wtf.csrf import CSRFError as CSRFError
from quart_wtf.csrf import CSRFProtect as _CSRFProtect
from quart_wtf.meta import _QuartFormCSRF
from quart_wtf.utils import generate_csrf, logger, same_orgin
from quart_wtf.utils import validate_csrf as _validate_csrf
from wtforms import ValidationError

__all__ = ["CSRFError", "CSRFProtect", "csrf_meta_tag", "generate_csrf", "same_origin", "validate_csrf"]

V = TypeVar("V")
same_origin = same_orgin


def csrf_meta_tag(name: str | None = None, secret_key: Any = None, token_key: str | None = None) -> Markup:
    """Render a ``<meta>`` tag with the token, for scripts that send it in the ``X-CSRFToken`` header.

    Args:
        name: The tag's name; ``WTF_CSRF_META_NAME``, or ``csrf-token``, when left out.
        secret_key: As for ``generate_csrf``.
        token_key: As for ``generate_csrf``.
    """
    name = name or current_app.config.get("WTF_CSRF_META_NAME", "csrf-token")
    token = generate_csrf(secret_key=secret_key, token_key=token_key)
    return Markup('<meta name="{}" content="{}">').format(name, token)


def validate_csrf(
    data: str | None, secret_key: Any = None, time_limit: int | None = None, token_key: str | None = None
) -> None:
    """Check a token against the session.

    Args:
        data: The token.
        secret_key: ``WTF_CSRF_SECRET_KEY``, or the application's, when left out.
        time_limit: Its age in seconds; ``WTF_CSRF_TIME_LIMIT``, or 3600, when left out.
        token_key: Its key in the session; ``WTF_CSRF_FIELD_NAME``, or ``csrf_token``, when left out.

    Raises:
        ValidationError: Why it is not accepted, in Flask-WTF's words.
    """
    try:
        _validate_csrf(data, secret_key, time_limit, token_key)
    except ValidationError as error:
        if error.args[0] != TOKEN_INVALID:
            raise
        raise ValidationError("The CSRF token is invalid.") from error


class FormCSRF(_QuartFormCSRF):
    """The token in a form."""

    def validate_csrf_token(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Check the token, unless :class:`CSRFProtect` has done so for this request."""
        if g.get("csrf_valid", False):
            return
        meta: Any = self.meta
        try:
            validate_csrf(field.data, meta.csrf_secret, meta.csrf_time_limit, meta.csrf_field_name)
        except ValidationError as error:
            logger.info(error.args[0])
            raise


class CSRFProtect(_CSRFProtect):
    """Check every request that changes something: its form's ``csrf_token`` field, or its ``X-CSRFToken`` header.

    ::

        csrf = CSRFProtect(app)

    In templates ``{{ csrf_token() }}`` and ``{{ csrf_meta_tag() }}``.
    """

    def __init__(self, app: Quart | None = None) -> None:
        self._views: set[str] = set()
        self._blueprints: set[Blueprint] = set()
        super().__init__(app)

    def init_app(self, app: Quart) -> None:
        """Protect ``app``.

        Args:
            app: The application; its ``WTF_CSRF_...`` configuration is completed.
        """
        app.extensions["csrf"] = self
        methods = app.config.get("WTF_CSRF_METHODS", ("POST", "PUT", "PATCH", "DELETE"))
        app.config["WTF_CSRF_METHODS"] = set(methods)
        for key, value in {
            "WTF_CSRF_ENABLED": True,
            "WTF_CSRF_CHECK_DEFAULT": True,
            "WTF_CSRF_FIELD_NAME": "csrf_token",
            "WTF_CSRF_HEADERS": ["X-CSRFToken", "X-CSRF-Token"],
            "WTF_CSRF_META_NAME": "csrf-token",
            "WTF_CSRF_TIME_LIMIT": 3600,
            "WTF_CSRF_SSL_STRICT": True,
        }.items():
            app.config.setdefault(key, value)
        helpers = {"csrf_token": generate_csrf, "csrf_meta_tag": csrf_meta_tag}
        app.jinja_env.globals.update(helpers)
        app.context_processor(lambda: dict(helpers))

        async def csrf_protect() -> None:
            if app.config["WTF_CSRF_ENABLED"] and app.config["WTF_CSRF_CHECK_DEFAULT"]:
                await self.protect(apply_exemptions=True)

        app.before_request(csrf_protect)

    async def protect(self, apply_exemptions: bool = False) -> None:
        """Check the current request.

        Args:
            apply_exemptions: Let exempted views and blueprints through, and requests that lead to no view.

        Raises:
            CSRFError: The token is missing or wrong, or the referrer is; a 400 that says why.
        """
        if apply_exemptions and (not request.endpoint or self._is_exempt()):
            return
        config = current_app.config
        if request.method not in config["WTF_CSRF_METHODS"]:
            return
        try:
            validate_csrf(await self._get_csrf_token())
        except ValidationError as error:
            logger.info(error.args[0])
            self._error_response(error.args[0])
        if request.is_secure and config["WTF_CSRF_SSL_STRICT"]:
            if not request.referrer:
                self._error_response("The referrer header is missing.")
            if not same_origin(request.referrer, f"https://{request.host}/"):
                self._error_response("The referrer does not match the host.")
        g.csrf_valid = True  # forms need not check again

    def exempt(self, view: V) -> V:
        """Let a view (or ``"module.name"``) or a blueprint through unchecked.

        Args:
            view: The view function, below its route decorator, or the blueprint.
        """
        if isinstance(view, Blueprint):
            self._blueprints.add(view)
        elif isinstance(view, str):
            self._views.add(view)
        else:
            self._views.add(_name(view))
        return view

    def _is_exempt(self) -> bool:
        blueprint = current_app.blueprints.get(request.blueprint or "")
        if blueprint is not None and blueprint in self._blueprints:
            return True
        view = current_app.view_functions.get(request.endpoint or "")
        return view is not None and _name(view) in self._views

    def _error_response(self, reason: str) -> NoReturn:
        raise CSRFError(reason)


def _name(view: Any) -> str:
    return f"{view.__module__}.{view.__name__}"
