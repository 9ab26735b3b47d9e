"""Fields whose validators may be asynchronous.

WTForms calls validators and drops what they return; a coroutine among them would never run, and the form would pass. While
a form of ours validates, its fields wait for each validator, so WTForms' own order, chains and stops keep their meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from wtforms import Field, FieldList, FormField
from wtforms.form import BaseForm

from .verdict import waited

_waiting_classes: WeakKeyDictionary[type[Field], type[Field]] = WeakKeyDictionary()


class _WaitingField(Field):
    """Put before a field's own class; calls what that does, and waits for it."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        return bool(waited(super().validate(form, extra_validators)))

    def pre_validate(self, form: Any) -> None:
        waited(super().pre_validate(form))

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        waited(super().post_validate(form, validation_stopped))

    def _run_validation_chain(self, form: Any, validators: Iterable[Callable[..., Any]]) -> bool:
        return bool(super()._run_validation_chain(form, map(_waiting, validators)))  # type: ignore[misc]


def _waiting(validator: Callable[..., Any]) -> Callable[..., Any]:
    def call(form: Any, field: Any) -> None:
        waited(validator(form, field))

    return call


def wait_for_validators(form: BaseForm) -> None:
    """Make all fields of ``form`` wait for their validators, those in lists and enclosed forms included."""
    for field in _fields_of(form._fields.values()):
        if not isinstance(field, _WaitingField):
            field.__class__ = _waiting_class(type(field))


def _fields_of(fields: Iterable[Any]) -> Iterator[Any]:
    for field in fields:
        yield field
        if isinstance(field, FieldList):
            yield from _fields_of(field.entries)
        elif isinstance(field, FormField):
            yield from _fields_of(field.form._fields.values())


def _waiting_class(cls: type[Field]) -> type[Field]:
    found = _waiting_classes.get(cls)
    if found is None:
        namespace = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
        found = _waiting_classes[cls] = type(cls.__name__, (_WaitingField, cls), namespace)
    return found
