"""Permissions whose operators combine answers: Flask-Principal as its repository has it, after its last release.

``a & b`` allows whom both allow, ``a | b`` whom one of them allows, ``~a`` whom ``a`` refuses. In the releases (and so in
``quart_app.auth.principal``) the same signs combine needs: there ``a & b`` asks for a need of either.
"""

from __future__ import annotations

from typing import Any, Self, cast

from .identity import Identity
from .permission import CheckedPermission, NeedsPermission


class BasePermission(CheckedPermission):
    """A permission of one's own: a subclass says in ``allows`` who has it."""

    def __or__(self, other: BasePermission) -> BasePermission:
        return self.or_(other)

    def __and__(self, other: BasePermission) -> BasePermission:
        return self.and_(other)

    def __invert__(self) -> BasePermission:
        return self.invert()

    def or_(self, other: BasePermission) -> BasePermission:
        """Return the permission of those whom this one or ``other`` allows."""
        return OrPermission(self, other)

    def and_(self, other: BasePermission) -> BasePermission:
        """Return the permission of those whom both allow."""
        return AndPermission(self, other)

    def invert(self) -> BasePermission:
        """Return the permission of those whom this one refuses."""
        return NotPermission(self)


class OrPermission(BasePermission):
    """The permission of those whom one of ``permissions`` allows."""

    def __init__(self, *permissions: BasePermission) -> None:
        self.permissions: set[BasePermission] = set(permissions)

    def allows(self, identity: Identity) -> bool:
        """Whether one of them allows ``identity``."""
        return any(permission.allows(identity) for permission in self.permissions)


class AndPermission(BasePermission):
    """The permission of those whom all of ``permissions`` allow."""

    def __init__(self, *permissions: BasePermission) -> None:
        self.permissions: set[BasePermission] = set(permissions)

    def allows(self, identity: Identity) -> bool:
        """Whether all of them allow ``identity``."""
        return all(permission.allows(identity) for permission in self.permissions)


class NotPermission(BasePermission):
    """The permission of those whom ``permission`` refuses."""

    def __init__(self, permission: BasePermission) -> None:
        self.permission = permission

    def invert(self) -> BasePermission:
        """Return the permission that this one is the opposite of."""
        return self.permission

    def allows(self, identity: Identity) -> bool:
        """Whether the other one refuses ``identity``."""
        return not self.permission.allows(identity)


class Permission(NeedsPermission, BasePermission):
    """Needs, of which an identity must provide at least one.

    Args:
        needs: The needs.
    """

    def __or__(self, other: BasePermission) -> BasePermission:
        return self.union(other) if isinstance(other, Permission) else super().__or__(other)

    def _made(self, needs: set[Any], excludes: set[Any]) -> Self:
        # What is needed and excluded at once is excluded.
        made = Permission(*(needs - excludes))
        made.excludes.update(excludes)
        return cast("Self", made)


class Denial(Permission):
    """The permission of everybody who provides none of ``excludes``."""

    def __init__(self, *excludes: Any) -> None:
        super().__init__()
        self.excludes = set(excludes)
