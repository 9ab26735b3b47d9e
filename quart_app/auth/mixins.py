"""What a user class inherits, and who is there when nobody is signed in."""

from __future__ import annotations

from typing import Any


class UserMixin:
    """The attributes and methods that the auth layer expects of a user."""

    # A class that defines __eq__ loses __hash__; a user keeps that of its object.
    __hash__ = object.__hash__

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return True

    @property
    def is_authenticated(self) -> bool:
        """Whether the user has proved who they are; an inactive one has not."""
        return self.is_active

    @property
    def is_anonymous(self) -> bool:
        """Whether this is nobody."""
        return False

    def get_id(self) -> str:
        """Return the id that the session keeps.

        Raises:
            NotImplementedError: The user has no ``id``; override this method.
        """
        try:
            return str(self.id)  # type: ignore[attr-defined]
        except AttributeError:
            raise NotImplementedError("No `id` attribute - override `get_id`") from None

    def __eq__(self, other: object) -> Any:
        if isinstance(other, UserMixin):
            return self.get_id() == other.get_id()
        return NotImplemented

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal


class AnonymousUserMixin:
    """Nobody: what ``await current_user`` gives when no one is signed in."""

    @property
    def is_authenticated(self) -> bool:
        """Nobody has proved anything."""
        return False

    @property
    def is_active(self) -> bool:
        """Nobody has no account."""
        return False

    @property
    def is_anonymous(self) -> bool:
        """Nobody is anonymous."""
        return True

    def get_id(self) -> str | None:
        """Return ``None``."""
        return None
