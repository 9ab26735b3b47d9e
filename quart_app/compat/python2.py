"""Names with which Flask, Werkzeug, Jinja and WTForms bridged Python 2 and 3, in modules that they no longer have.

New code says ``str``, ``(str,)``, ``dict.items()``, ``dict.values()``, ``range``, ``class C(Base, metaclass=Meta)``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from functools import cmp_to_key as cmp_to_key
from types import TracebackType
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

PY2 = False
text_type = str
string_types = (str,)
integer_types = (int,)
unichr = chr
range_type = range
izip = zip
imap = map
BytesIO = io.BytesIO
StringIO = io.StringIO
NativeStringIO = io.StringIO


def iteritems(mapping: Mapping[K, V]) -> Iterator[tuple[K, V]]:
    """The pairs of a mapping."""
    return iter(mapping.items())


def iterkeys(mapping: Mapping[K, Any]) -> Iterator[K]:
    """The keys of a mapping."""
    return iter(mapping.keys())


def itervalues(mapping: Mapping[Any, V]) -> Iterator[V]:
    """The values of a mapping."""
    return iter(mapping.values())


def implements_to_string(cls: type[T]) -> type[T]:
    """Leave a class as it is: ``__str__`` is text."""
    return cls


def reraise(_: type[BaseException], value: BaseException, trace: TracebackType | None = None) -> NoReturn:
    """Raise ``value`` again, with another traceback if it is given.

    Raises:
        BaseException: The error.
    """
    raise value.with_traceback(trace) if trace is not None else value


def with_metaclass(meta: Callable[..., type], *bases: type) -> Any:
    """Make a base whose subclasses have the metaclass ``meta`` and the bases ``bases``."""

    class Instead(type):
        def __new__(cls, name: str, _: tuple[type, ...], namespace: dict[str, Any]) -> Any:
            return meta(name, bases, namespace)

    return type.__new__(Instead, "temporary_class", (), {})
