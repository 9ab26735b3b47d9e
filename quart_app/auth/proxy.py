"""``current_user``: awaited once, then used like the user itself; loud before."""

from __future__ import annotations

import copy
import operator
import sys
from collections.abc import Awaitable, Callable, Generator
from typing import Any, NoReturn

from ..bridge import ImplicitLoadingError, in_bridge, record_implicit_load, wait
from .errors import NotLoadedError, UserNotLoadedError
from .state import UNSET, UserState, current_state, get_manager, settled

# What libraries ask of any object. They get "no such attribute", and nothing is loaded for them.
_ASKED_OF_THE_OBJECT = frozenset({"__html__", "__html_format__", "__dict__"})
# What asyncio.iscoroutinefunction() asks everything for, and inspect's since Python 3.12; mock.patch() calls them.
_MARKS = frozenset({"_is_coroutine", "_is_coroutine_marker"})


def load_at_touch(
    what: str, fix: str, load: Callable[[], Awaitable[Any]], error: type[NotLoadedError]
) -> Any:
    """Do what the policy of implicit loading says about a value that is used before it was awaited.

    Raises:
        NotLoadedError: The policy is ``raise``, or nothing drives the calling code.
    """
    if not in_bridge():
        raise error(f"{what} was used before it was loaded. {fix}")
    try:
        record_implicit_load(what, fix)
    except ImplicitLoadingError as refused:
        raise error(str(refused)) from None
    return wait(load())


def _forward(operation: Callable[..., Any], name: str) -> Any:
    def method(self: Lazy, *args: Any) -> Any:
        return operation(self._resolved(name), *args)

    return method


def _reflected(operation: Callable[[Any, Any], Any], name: str) -> Any:
    def method(self: Lazy, other: Any) -> Any:
        return operation(other, self._resolved(name))

    return method


class Lazy:
    """A value that is loaded by ``await`` and then stands for itself. Subclasses say where it is kept and how it is loaded."""

    __slots__ = ()

    def _peek(self) -> Any:
        """Return the value, or ``UNSET``."""
        raise NotImplementedError

    def _touch(self, use: str) -> Any:
        """Return the value that is not loaded yet, or raise; ``use`` says what for."""
        raise NotImplementedError

    def _resolved(self, use: str) -> Any:
        value = self._peek()
        return self._touch(use) if value is UNSET else value

    def _get_current_object(self) -> Any:
        """Return the loaded value itself, as Werkzeug's proxies do."""
        return self._resolved("._get_current_object()")

    def __getattr__(self, name: str) -> Any:
        value = self._peek()
        if value is UNSET:
            if name.startswith("__") and name.endswith("__") and name not in _ASKED_OF_THE_OBJECT:
                raise AttributeError(name)
            if name in _MARKS:
                raise AttributeError(name)
            value = self._touch(f".{name}")
        return getattr(value, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._resolved(f".{name} = ..."), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._resolved(f".{name}"), name)

    def __eq__(self, other: object) -> Any:
        mine = self._resolved(" ==")
        return mine == (other._resolved(" ==") if type(other) is type(self) else other)

    def __ne__(self, other: object) -> Any:
        mine = self._resolved(" !=")
        return mine != (other._resolved(" !=") if type(other) is type(self) else other)

    __hash__ = _forward(hash, " in hash()")
    __bool__ = _forward(bool, " in a condition")
    __str__ = _forward(str, " in str()")
    __repr__ = _forward(repr, " in repr()")
    __bytes__ = _forward(bytes, " in bytes()")
    __format__ = _forward(format, " in a format")
    __iter__ = _forward(iter, " in an iteration")
    __len__ = _forward(len, " in len()")
    __contains__ = _forward(operator.contains, " with `in`")
    __getitem__ = _forward(operator.getitem, "[...]")
    __setitem__ = _forward(operator.setitem, "[...] = ...")
    __delitem__ = _forward(operator.delitem, "[...]")
    __call__ = _forward(lambda value, *args: value(*args), "(...)")
    __lt__ = _forward(operator.lt, " <")
    __le__ = _forward(operator.le, " <=")
    __gt__ = _forward(operator.gt, " >")
    __ge__ = _forward(operator.ge, " >=")
    __or__ = _forward(operator.or_, " |")
    __and__ = _forward(operator.and_, " &")
    __ror__ = _reflected(operator.or_, " |")
    __rand__ = _reflected(operator.and_, " &")
    __int__ = _forward(int, " in int()")
    __index__ = _forward(operator.index, " as an index")
    __copy__ = _forward(copy.copy, " in copy()")
    __dir__ = _forward(dir, " in dir()")
    # `isinstance(current_user, User)` asks here.
    __class__ = property(_forward(type, " in isinstance()"))

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(self._resolved(" in deepcopy()"), memo)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(
            "This stands for a value of the running request and cannot be pickled; pass the user's id."
        )


class CurrentUser(Lazy):
    """The user of the running request: ``user = await current_user``.

    Loaded, it behaves as the user. Not loaded, every use but ``await`` raises :class:`UserNotLoadedError`; in the bridge
    the policy of implicit loading decides, and where it lets the user be loaded, the right one is.
    """

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, Any]:
        return get_user().__await__()

    def _peek(self) -> Any:
        replaced = _replaced()
        if replaced is not UNSET:
            return replaced
        state = current_state(create=False)
        return UNSET if state is None else state.user

    def __getattr__(self, name: str) -> Any:
        # Outside of a request there is None, which has no names of this kind. Tools probe a module for theirs there.
        if name.startswith("_") and name not in _ASKED_OF_THE_OBJECT and _is_nobody():
            raise AttributeError(name)
        return super().__getattr__(name)

    def _touch(self, use: str) -> Any:
        if current_state() is None:
            raise UserNotLoadedError(
                f"current_user{use} outside of a request: nobody is signed in here. Pass the user's id to background work."
                " `user = await current_user` gives None here, and a user inside `async with acting_as(user_id):`."
            )
        fix = "Write `user = await current_user` first and use `user`."
        return load_at_touch(f"current_user{use}", fix, get_user, UserNotLoadedError)

    def __bool__(self) -> bool:
        return not _is_nobody() and bool(self._resolved(" in a condition"))

    def __eq__(self, other: object) -> Any:
        if _is_nobody():
            return other is None
        return super().__eq__(other)

    def __ne__(self, other: object) -> Any:
        if _is_nobody():
            return other is not None
        return super().__ne__(other)

    __hash__ = Lazy.__hash__

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        # Outside of a request there is None. Tools look at the names of a module there.
        return type(None) if _is_nobody() else type(self._resolved(" in isinstance()"))


def _replaced() -> Any:
    """The user that a test gives, who put a function in the place of ``utils._get_user``; else ``UNSET``."""
    utils = sys.modules.get(f"{__package__}.utils")
    return UNSET if utils is None else utils._get_user()


def _is_nobody() -> bool:
    return current_state() is None and _replaced() is UNSET


async def get_user() -> Any:
    """Return the current user, loaded if nobody has asked yet; ``None`` outside of a request."""
    replaced = _replaced()
    if replaced is not UNSET:
        return await settled(replaced)
    state = current_state()
    if state is None:
        return None
    if state.user is not UNSET:
        return state.user
    return await state.flight.run(lambda: _load(state))


async def _load(state: UserState) -> Any:
    if state.user is UNSET:  # a flight may have landed meanwhile
        manager = get_manager()
        if state.acting_id is UNSET:
            await manager._load_user()
        else:
            state.user = await manager.load_user_by_id(state.acting_id)
    return state.user


async def reload_user() -> Any:
    """Load the user of this request again, as on a websocket that has been open for long.

    Returns:
        The user as they are now, anonymous if they may no longer be here.
    """
    state = current_state()
    if state is None:
        return None
    if state.acting_id is not UNSET:
        state.user = await get_manager().load_user_by_id(state.acting_id)
    elif not state.pinned:
        await get_manager()._load_user()
    return state.user


async def live_user() -> Any:
    """Return the current user as the user loader gives it, the row in this request's own session, to be changed and committed.

    Only with the user cache it is something else than ``await current_user``, whose copy cannot be changed.
    """
    user = await get_user()
    manager = None if user is None else get_manager()
    if manager is None or manager.user_cache is None or not manager.user_cache.is_copy(user):
        return user
    found = await manager._load_by_id(await settled(getattr(user, manager.id_attribute)()))
    return await manager._anonymous() if found is None else found


#: The user of the running request.
current_user = CurrentUser()
