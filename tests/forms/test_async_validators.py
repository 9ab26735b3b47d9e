"""Asynchronous validators are awaited, where and when WTForms calls them; an answer is never a "yes" by accident."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import validators as v

import quart_app
from quart_app.bridge import drive, wait
from quart_app.forms import FlaskForm, Form, NotAwaitedError, Verdict


@pytest.fixture
async def context() -> Any:
    app = quart_app.Quart("app")
    app.config["WTF_CSRF_ENABLED"] = False
    async with app.test_request_context("/", method="POST"):
        yield


pytestmark = pytest.mark.usefixtures("context")


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def noting(log: list[str], name: str, error: Exception | None = None) -> Callable[..., Any]:
    async def validator(form: Any, field: Any) -> None:
        await asyncio.sleep(0)
        log.append(name)
        if error is not None:
            raise error

    return validator


async def check(form_class: type[FlaskForm], **data: str) -> dict[str, Any]:
    form = await form_class.create_form(MultiDict(data))
    valid = await form.validate()
    assert valid is (not form.errors)
    assert await form.validate_on_submit() is valid
    return form.errors


async def test_inline_validators_are_awaited() -> None:
    class Register(FlaskForm):
        email = wtforms.StringField()
        name = wtforms.StringField()

        async def validate_email(self, field: Any) -> None:
            if await later(field.data) == "taken":
                raise v.ValidationError("taken")

        @staticmethod
        async def validate_name(form: Any, field: Any) -> None:
            if await later(form.email.data) == field.data:
                raise v.ValidationError("same")

    assert await check(Register, email="free") == {}
    assert await check(Register, email="taken") == {"email": ["taken"]}
    assert await check(Register, email="taken", name="taken") == {"email": ["taken"], "name": ["same"]}


async def test_functions_and_objects_in_the_list_are_awaited() -> None:
    class Odd:
        async def __call__(self, form: Any, field: Any) -> None:
            if await later(field.data) == "2":
                raise v.ValidationError("even")

    async def small(form: Any, field: Any) -> None:
        if len(await later(field.data)) > 1:
            raise v.ValidationError("big")

    class Number(FlaskForm):
        n = wtforms.StringField(validators=[small, Odd()])

    assert await check(Number, n="1") == {}
    assert await check(Number, n="2") == {"n": ["even"]}
    assert await check(Number, n="22") == {"n": ["big"]}


async def test_the_chain_keeps_its_order_and_stops_where_it_stopped() -> None:
    log: list[str] = []

    def sync(form: Any, field: Any) -> None:
        log.append("sync")

    class Chain(FlaskForm):
        a = wtforms.StringField(
            validators=[noting(log, "1"), sync, noting(log, "2", v.ValidationError("no")), noting(log, "3")]
        )
        b = wtforms.StringField(validators=[noting(log, "b1", v.StopValidation("stop")), noting(log, "b2")])
        c = wtforms.StringField(validators=[noting(log, "c1", v.StopValidation())])
        d = wtforms.StringField(validators=[v.Optional(), noting(log, "d1")])

        async def validate_a(self, field: Any) -> None:
            log.append("inline a")

        async def validate_b(self, field: Any) -> None:
            log.append("inline b")

    form = Chain(MultiDict({"a": "x"}))
    extra = {"c": [noting(log, "extra c")], "a": [noting(log, "extra a", v.ValidationError("extra"))]}
    assert not await form.validate(extra_validators=extra)
    assert log == ["1", "sync", "2", "3", "extra a", "inline a", "b1", "c1"]
    assert form.errors == {"a": ["no", "extra"], "b": ["stop"]}


async def test_other_errors_are_not_validation_errors() -> None:
    class Broken(FlaskForm):
        a = wtforms.StringField(validators=[noting([], "a", ZeroDivisionError())])

    with pytest.raises(ZeroDivisionError):
        await Broken(None).validate()


async def test_custom_fields_may_wait_too() -> None:
    class Unique(wtforms.StringField):
        async def pre_validate(self, form: Any) -> None:  # type: ignore[override]
            if await later(self.data) == "pre":
                raise v.StopValidation("pre")

        async def post_validate(self, form: Any, validation_stopped: bool) -> None:  # type: ignore[override]
            if await later(self.data) == "post":
                raise v.ValidationError("post")

    class Names(FlaskForm):
        name = Unique()

    assert await check(Names, name="x") == {}
    assert await check(Names, name="pre") == {"name": ["pre"]}
    assert await check(Names, name="post") == {"name": ["post"]}
    form = Names(None)
    assert isinstance(form.name, Unique)
    assert (type(form.name).__name__, form.name.type) == ("Unique", "Unique")


@pytest.mark.parametrize("base", [FlaskForm, wtforms.Form])
async def test_validators_of_enclosed_forms_are_awaited(base: type[Any]) -> None:
    class Address(base):  # type: ignore[misc]
        city = wtforms.StringField(validators=[v.DataRequired()])

        async def validate_city(self, field: Any) -> None:
            if await later(field.data) == "Troy":
                raise v.ValidationError("gone")

    class Street(base):  # type: ignore[misc]
        address = wtforms.FormField(Address)

    async def short(form: Any, field: Any) -> None:
        if len(await later(field.data)) > 2:
            raise v.ValidationError("long")

    class Order(FlaskForm):
        home = wtforms.FormField(Address)
        deep = wtforms.FormField(Street)
        others = wtforms.FieldList(wtforms.FormField(Address), min_entries=1)
        words = wtforms.FieldList(wtforms.StringField(validators=[short]), validators=[noting([], "list")])

    good = {"home-city": "Rome", "deep-address-city": "Bonn", "others-0-city": "Kiel", "words-0": "ab"}
    assert await check(Order, **good) == {}
    gone = {"city": ["gone"]}
    assert await check(Order, **(good | {"home-city": "Troy"})) == {"home": gone}
    assert await check(Order, **(good | {"deep-address-city": "Troy"})) == {"deep": {"address": gone}}
    assert await check(Order, **(good | {"others-0-city": "Troy"})) == {"others": [gone]}
    assert await check(Order, **(good | {"words-1": "abc"})) == {"words": [[], ["long"]]}


async def test_an_override_awaits_its_super() -> None:
    class Base(FlaskForm):
        a = wtforms.StringField(validators=[noting([], "a"), v.DataRequired()])

    class Login(Base):
        async def validate(self, extra_validators: Any = None) -> bool:  # type: ignore[override]
            if not await super().validate(extra_validators):
                return False
            if await later(self.a.data) == "no":
                self.form_errors[:] = ["no"]
                return False
            return True

    class Again(Login):
        async def validate(self) -> bool:  # type: ignore[override]
            return await super().validate() and self.a.data != "never"

    assert await check(Login, a="yes") == {}
    assert await check(Login, a="no") == {"": ["no"]}
    assert await check(Login) == {"a": ["This field is required."]}
    assert await Again(MultiDict({"a": "yes"})).validate_on_submit() is True
    assert await Again(MultiDict({"a": "never"})).validate_on_submit() is False
    assert await Again(MultiDict({"a": "no"})).validate() is False


async def test_a_mixins_override_counts_as_well() -> None:
    class Strict:
        async def validate(self, extra_validators: Any = None) -> bool:
            return await later(False)  # type: ignore[no-any-return]

    class Mixed(Strict, FlaskForm):  # type: ignore[misc]
        pass

    answer: Any = Mixed(None).validate()
    assert isinstance(answer, Verdict)
    assert await answer is False
    assert await Mixed(None).validate_on_submit() is False


async def test_an_answer_used_without_await_is_an_error_not_a_yes() -> None:
    class Empty(FlaskForm):
        a = wtforms.StringField(validators=[v.DataRequired()])

    form = Empty(None)
    for method in ("validate", "validate_on_submit"):
        with pytest.raises(NotAwaitedError, match=rf"await form\.{method}"):
            assert not getattr(form, method)()
    answer = form.validate()
    assert (await answer, await answer, bool(answer)) == (False, False, False)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        form.validate()  # type: ignore[unused-awaitable]
        gc.collect()
    assert any("never awaited" in str(warning.message) for warning in seen)


async def test_synchronous_code_in_the_bridge_gets_the_right_answer() -> None:
    class Register(FlaskForm):
        a = wtforms.StringField()

        def validate_a(self, field: Any) -> None:
            if wait(later(field.data)) == "taken":
                raise v.ValidationError("taken")

    def view(data: str) -> str:
        form = Register(MultiDict({"a": data}))
        return "in" if form.validate_on_submit() else str(form.a.errors[0])

    async def driven() -> list[str]:
        return [view("free"), view("taken")]

    assert await drive(driven()) == ["in", "taken"]
    assert await check(Register, a="taken") == {"a": ["taken"]}


async def test_quart_wtforms_own_name_for_them_works() -> None:
    class Old(FlaskForm):
        a = wtforms.StringField()

        async def async_validators_a(self, field: Any) -> None:
            raise v.ValidationError(await later("no"))

    assert await check(Old) == {"a": ["no"]}


async def test_a_form_can_be_validated_twice_and_by_two_tasks() -> None:
    class Slow(FlaskForm):
        a = wtforms.StringField(validators=[noting([], "a", v.ValidationError("no"))])

    form = Slow(None)
    assert list(await asyncio.gather(form.validate(), form.validate())) == [False, False]
    assert not await form.validate()
    assert form.errors == {"a": ["no"]}


def test_form_is_the_old_name() -> None:
    assert Form is FlaskForm
