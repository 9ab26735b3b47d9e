"""``FlaskForm``, on the form of quart-wtforms."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Self

from quart import has_request_context, request
from quart_wtf.form import QuartForm
from quart_wtf.meta import QuartFormMeta
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict

from ..bridge import drive, in_bridge, wait
from .csrf import FormCSRF
from .fields import wait_for_validators
from .translations import Messages, translates
from .verdict import NotAwaitedError, answering

SUBMIT_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_from_request = object()

ExtraValidators = Mapping[str, Sequence[Any]]


class FlaskForm(QuartForm):
    """A form that takes its data from the request, unless ``formdata`` is given (``None``: from nowhere).

    ``await F.create_form(...)`` makes one, with the arguments of ``F(...)``, its own ``__init__`` included. Plain ``F(...)`` does too in
    code that the bridge drives, and where nothing was submitted.

    Validators, in ``validators=[...]`` or inline as ``validate_<field>``, may be asynchronous. So may overrides of ``validate``:
    ``if not await super().validate(): return False``.
    """

    class Meta(QuartFormMeta):
        """Where data, translations and CSRF protection come from."""

        csrf_class = FormCSRF

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Find the data that the form was submitted with."""
            if formdata is _from_request:
                formdata = _submitted_data(type(form)) if _is_submitted() else None
            elif inspect.isawaitable(formdata):  # F(request.form)
                formdata = wait(formdata)
            return super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> Any:
            """Find what translates the messages of validators."""
            inherited: Any = super()
            return Messages() if translates() else inherited.get_translations(form)

    def __init__(self, formdata: Any = _from_request, **kwargs: Any) -> None:
        super().__init__(formdata=formdata, **kwargs)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Overrides, a mixin's too, answer like the originals: with something that cannot be taken for a "yes".
        for name in ("validate", "validate_on_submit"):
            method = inspect.getattr_static(cls, name)
            if inspect.isfunction(method):
                setattr(cls, name, answering(method))

    @classmethod
    async def create_form(cls, *args: Any, **kwargs: Any) -> Self:
        """Make a form, waiting for the request's body where one was submitted.

        Args:
            args: What ``__init__`` of the form takes.
            kwargs: Likewise: ``formdata``, ``obj``, ``prefix``, ``data``, ``meta`` and fields' values, in a form without its own.
        """

        async def make() -> Self:
            return cls(*args, **kwargs)

        return await drive(make())

    def is_submitted(self) -> bool:  # type: ignore[override]
        """Tell whether there is a request, and its method submits forms (POST, PUT, PATCH, DELETE)."""
        return _is_submitted()

    @answering
    async def validate(  # type: ignore[override]
        self, extra_validators: ExtraValidators | None = None
    ) -> bool:
        """Validate the fields in order; ``await`` the result.

        Args:
            extra_validators: Further validators by field name; asynchronous ones are awaited.
        """
        extra = {name: list(validators) for name, validators in (extra_validators or {}).items()}
        for name in self._fields:
            # quart-wtforms' own name for asynchronous inline validators.
            inline = getattr(type(self), f"async_validators_{name}", None)
            if inline is not None:
                extra.setdefault(name, []).append(inline)
        wait_for_validators(self)
        # Past quart-wtforms, which runs asynchronous validators apart and after the others.
        return bool(super(QuartForm, self).validate(extra))

    @answering
    async def validate_on_submit(  # type: ignore[override]
        self, extra_validators: ExtraValidators | None = None
    ) -> bool:
        """Validate the form if it was submitted; ``await`` the result.

        Args:
            extra_validators: As for :meth:`validate`.
        """
        if not self.is_submitted():
            return False
        if extra_validators is None:  # an override of validate() may take no argument
            return bool(await self.validate())
        return bool(await self.validate(extra_validators=extra_validators))


def _is_submitted() -> bool:
    return has_request_context() and request.method in SUBMIT_METHODS


def _submitted_data(form: type[FlaskForm]) -> Any:
    if not in_bridge():
        raise NotAwaitedError(
            f"{form.__name__}() needs the request's body, which has to be awaited."
            f" Write: form = await {form.__name__}.create_form(...)"
        )
    return wait(_read_submitted_data())


async def _read_submitted_data() -> Any:
    files, form = await request.files, await request.form
    if files:
        return CombinedMultiDict((files, form))
    if form:
        return form
    if request.is_json:
        return ImmutableMultiDict(await request.get_json())
    return None
