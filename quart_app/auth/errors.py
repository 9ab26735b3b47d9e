"""What can go wrong, said so that the reader knows what to write instead."""

from __future__ import annotations

from ..bridge import ImplicitLoadingError


class AuthSetupError(RuntimeError):
    """The application is not set up for what it asks."""


class NotLoadedError(ImplicitLoadingError):
    """A value that has to be awaited was used before it was loaded.

    It is no ``AttributeError``: Jinja would print nothing and ``hasattr`` would say no.
    """


class UserNotLoadedError(NotLoadedError):
    """``current_user`` was used before it was loaded."""


class RecursiveLoadError(RuntimeError):
    """What loads a value asks for that value."""
