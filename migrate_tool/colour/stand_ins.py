"""What only seems to be known: what a test puts in the place of an object, and attributes that others give to a model."""

from __future__ import annotations

from collections.abc import Iterable

from migrate_tool.catalog import Catalog
from migrate_tool.model.members import MODELS
from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.model.types import External, Instance, Type

#: How the classes of mocks are called, in the standard library and in those that build on it.
_MOCK = "Mock"
_QUERY = "sqlalchemy.orm.Query"
#: What is built in, with all that it has.
_VALUES = {
    kind.__name__: frozenset(dir(kind))
    for kind in (bool, bytes, dict, float, frozenset, int, list, set, str, tuple)
}
#: What the signed-in user is where nobody says of which class.
_USERS = frozenset({"flask_login.UserMixin", "flask_login.AnonymousUserMixin"})


def is_known(targets: Iterable[Type], module: ModuleInfo, catalog: Catalog) -> bool:
    """Whether it is known what is called, and not only that tests put a mock there or that it belongs to a model.

    ``self.session.commit()``, where the session came from nowhere that can be followed, and a test says
    ``store.session = MagicMock()``; ``author.latest.first()``, where nobody says what ``latest`` is and a loop over all
    models gives it to each of them.

    Args:
        targets: Everything that may be called, as far as it is known.
        module: Where the call stands. One that makes mocks knows that they are; what they are given to does not.
        catalog: What is known of libraries.
    """
    return any(
        (_MOCK in module.source.text or not _is_of_mock(item))
        and not is_given_to_model(item, catalog)
        and not _is_of_no_query(item, catalog)
        and not _is_of_no_value(item)
        and not _is_of_some_user(item, catalog)
        for item in targets
    )


def is_given_to_model(target: Type, catalog: Catalog) -> bool:
    """Whether it is asked of an attribute that the base class of models does not have."""
    if not isinstance(target, External):
        return False
    return any(
        target.name.startswith(f"{base}.")
        and "." in (tail := target.name.removeprefix(f"{base}."))
        and catalog.find(f"{base}.{tail.partition('.')[0]}") is None
        for base in MODELS
    )


def _is_of_no_query(target: Type, catalog: Catalog) -> bool:
    """Whether it is asked of a query, as far as is known, and queries have no such method: it is something else."""
    if not isinstance(target, External) or target.name in catalog.apis:
        return False
    found = catalog.find(target.name)
    owner = target.name.rpartition(".")[0]
    return found is not None and found[0] not in catalog.apis and catalog.is_subclass(owner, _QUERY)


def _is_of_no_value(target: Type) -> bool:
    """Whether it is asked of a text, a number or a container, as far as is known, and those have no such method."""
    if not isinstance(target, External):
        return False
    kind, _, name = target.name.partition(".")
    return kind in _VALUES and "." not in name and name not in _VALUES[kind]


def _is_of_some_user(target: Type, catalog: Catalog) -> bool:
    """Whether it is asked of the signed-in user, nobody says of which class, and users have no such method of the library's."""
    return (
        isinstance(target, External)
        and target.name not in catalog.apis
        and target.name.rpartition(".")[0] in _USERS
    )


def _is_of_mock(target: Type) -> bool:
    cls = (
        target.receiver.of if isinstance(target, External) and isinstance(target.receiver, Instance) else None
    )
    return isinstance(cls, str) and cls.rpartition(".")[2].endswith(_MOCK)
