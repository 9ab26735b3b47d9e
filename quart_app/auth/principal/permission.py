"""What an identity must provide, and the checks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from functools import wraps
from types import TracebackType
from typing import Any, NoReturn, ParamSpec, Self, cast

from quart import abort, current_app, g
from werkzeug.exceptions import HTTPException

from ..proxy import load_at_touch
from ..state import UNSET
from .errors import IdentityNotLoadedError, PermissionDenied
from .identity import Identity, current_identity, loaded_identity

P = ParamSpec("P")


class Answer:
    """The answer of ``can()``: ``if await permission.can():``.

    In a condition without ``await`` it is the right answer if the identity is loaded. If not, the policy of implicit
    loading decides. It is never true by mistake, as a coroutine would be.
    """

    __slots__ = ("_permission",)

    def __init__(self, permission: CheckedPermission) -> None:
        self._permission = permission

    def __await__(self) -> Generator[Any, None, bool]:
        return self._ask().__await__()

    async def _ask(self) -> bool:
        return (await current_identity()).can(self._permission)

    def __bool__(self) -> bool:
        identity = loaded_identity()
        if identity is UNSET:
            fix = "Write `await permission.can()`."
            return bool(load_at_touch("permission.can()", fix, self._ask, IdentityNotLoadedError))
        return bool(identity.can(self._permission))

    def __eq__(self, other: object) -> bool:
        return bool(self) == other

    def __hash__(self) -> int:
        return hash(bool(self))

    def __repr__(self) -> str:
        return repr(bool(self))


class IdentityContext:
    """A permission that is checked: as a decorator, with ``async with``, or with ``with`` where nothing has to be waited for.

    Args:
        permission: What is needed.
        http_exception: The code that the visitor gets who does not have it; ``PermissionDenied`` is raised when left out.
    """

    def __init__(self, permission: CheckedPermission, http_exception: Any = None) -> None:
        self.permission = permission
        self.http_exception = http_exception

    @property
    def identity(self) -> Any:
        """The identity of the running request."""
        return g.identity

    def can(self) -> Answer:
        """Whether the identity has the permission: ``await`` it."""
        return Answer(self.permission)

    def __call__(self, func: Callable[P, Any]) -> Callable[P, Awaitable[Any]]:
        """Let only identities reach ``func`` that have the permission; ``func`` may be sync or async."""

        @wraps(func)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            async with self:
                return await current_app.ensure_async(func)(*args, **kwargs)

        return guarded

    async def __aenter__(self) -> Self:
        self._check(await current_identity())
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    def __enter__(self) -> Self:
        identity = loaded_identity()
        if identity is UNSET:
            fix = "Write `async with permission.require():`."
            identity = load_at_touch("permission.require()", fix, current_identity, IdentityNotLoadedError)
        self._check(identity)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    def _check(self, identity: Identity) -> None:
        if not identity.can(self.permission):
            self._deny()

    def _deny(self) -> NoReturn:
        denied = PermissionDenied(self.permission)
        if not self.http_exception:
            raise denied
        try:
            abort(self.http_exception)
        except HTTPException as error:
            if type(error).description == error.description:
                error.description = Refusal(error.description or "", self.permission)
            raise error from denied


class Refusal(str):
    """The description of the error that refuses somebody.

    Flask-Principal puts the permission there, and its needs are then printed on the error page. This is the error's usual
    text; an error handler that asks finds that it equals the permission and has its attributes.
    """

    permission: CheckedPermission

    def __new__(cls, text: str, permission: CheckedPermission) -> Self:
        """Make the text that stands for ``permission``."""
        made = super().__new__(cls, text)
        made.permission = permission
        return made

    def __eq__(self, other: object) -> bool:
        return other is self.permission if isinstance(other, CheckedPermission) else super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.permission, name)


class CheckedPermission:
    """What can be required, tested and asked; a subclass says in ``allows`` who has it."""

    #: The code that refuses where ``require`` and ``test`` are given none.
    http_exception: Any = None

    def __bool__(self) -> bool:
        return bool(self.can())

    def allows(self, identity: Identity) -> bool:
        """Whether ``identity``, which is loaded, has this permission."""
        raise NotImplementedError

    def require(self, http_exception: Any = None) -> IdentityContext:
        """Return what checks this permission: a decorator, and a context manager for ``async with``.

        Args:
            http_exception: The code to abort with, 403 or 401; ``PermissionDenied`` is raised when left out.
        """
        return IdentityContext(self, self.http_exception if http_exception is None else http_exception)

    async def test(self, http_exception: Any = None) -> None:
        """Check the permission once.

        Raises:
            PermissionDenied: The identity does not have it, and there is no ``http_exception``.
        """
        async with self.require(http_exception):
            pass

    def can(self) -> Answer:
        """Whether the identity of the running request has this permission: ``await`` it."""
        return self.require().can()


class NeedsPermission(CheckedPermission):
    """Needs, of which an identity must provide at least one, and excludes, of which it must provide none.

    Args:
        needs: The needs.
    """

    def __init__(self, *needs: Any) -> None:
        self.needs: set[Any] = set(needs)
        self.excludes: set[Any] = set()

    def __sub__(self, other: Self) -> Self:
        return self.difference(other)

    def __contains__(self, other: Self) -> bool:
        return other.issubset(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} needs={self.needs} excludes={self.excludes}>"

    def reverse(self) -> Self:
        """Return the permission that needs what this one excludes, and excludes what it needs."""
        return self._made(self.excludes, self.needs)

    def union(self, other: Self) -> Self:
        """Return the permission with the needs and the excludes of both."""
        return self._made(self.needs | other.needs, self.excludes | other.excludes)

    def difference(self, other: Self) -> Self:
        """Return the permission with the needs and the excludes that ``other`` does not have."""
        return self._made(self.needs - other.needs, self.excludes - other.excludes)

    def issubset(self, other: Self) -> bool:
        """Whether ``other`` has all needs and excludes of this one."""
        return self.needs <= other.needs and self.excludes <= other.excludes

    def allows(self, identity: Identity) -> bool:
        """Whether ``identity``, which is loaded, has this permission."""
        if self.needs and not self.needs & identity.provides:
            return False
        return not self.excludes & identity.provides

    def _made(self, needs: set[Any], excludes: set[Any]) -> Self:
        raise NotImplementedError


class Permission(NeedsPermission):
    """A permission whose operators are those of Flask-Principal's releases: they combine needs.

    Args:
        needs: The needs; an identity must provide at least one.
    """

    def __and__(self, other: Permission) -> Permission:
        return self.union(other)

    def __or__(self, other: Permission) -> Permission:
        # Flask-Principal's meaning, which is not that of sets: `a | b` is what `a` needs and `b` does not.
        return self.difference(other)

    def __invert__(self) -> Permission:
        return self.reverse()

    def _made(self, needs: set[Any], excludes: set[Any]) -> Self:
        made = Permission(*needs)
        made.excludes.update(excludes)
        return cast("Self", made)


class Denial(Permission):
    """The permission of everybody who provides none of ``excludes``."""

    def __init__(self, *excludes: Any) -> None:
        super().__init__()
        self.excludes = set(excludes)
