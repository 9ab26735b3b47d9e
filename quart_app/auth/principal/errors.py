"""What can go wrong with permissions."""

from __future__ import annotations

from ..errors import NotLoadedError


class PermissionDenied(RuntimeError):  # noqa: N818 - Flask-Principal's name
    """The identity does not have the permission; it is the argument."""


class IdentityNotLoadedError(NotLoadedError):
    """``g.identity`` was used before it was loaded."""
