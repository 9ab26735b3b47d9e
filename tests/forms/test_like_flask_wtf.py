"""A form gives the same answer as Flask-WTF's to the same request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
import wtforms
from wtforms import validators as v

from .twins import compare

ALL = pytest.mark.parametrize("which", ["quart", "ours"])


def person(wtf: Any, file: Any) -> type[Any]:
    class Person(wtf.FlaskForm):  # type: ignore[misc]
        name = wtforms.StringField(
            validators=[v.DataRequired(), v.Length(max=5)], filters=[lambda x: x and x.strip()]
        )
        age = wtforms.IntegerField(validators=[v.Optional(), v.NumberRange(min=1)], default=7)
        tags = wtforms.SelectMultipleField(
            choices=["a", "b"]  # type: ignore[list-item]
        )
        agree = wtforms.BooleanField()

        def validate_name(self, field: Any) -> None:
            if field.data == "root":
                raise wtforms.ValidationError("not this one")

    return Person


REQUESTS: dict[str, Callable[[], dict[str, Any]]] = {
    "get": lambda: {"method": "get", "path": "/?name=ann"},
    "post": lambda: {"data": {"name": " ann ", "age": "3", "tags": ["a", "b"], "agree": "y"}},
    "put": lambda: {"method": "put", "data": {"name": "ann"}},
    "patch": lambda: {"method": "patch", "data": {"name": "ann"}},
    "delete": lambda: {"method": "delete", "data": {"name": "ann"}},
    "empty": dict,
    "wrong": lambda: {"data": {"name": "", "age": "x", "tags": "c"}},
    "too long and inline": lambda: {"data": {"name": "root", "age": "0"}},
    "json": lambda: {"json": {"name": "ann", "age": "4"}},
    "json list": lambda: {"json": {"name": "ann", "tags": ["a"]}},
    "multipart": lambda: {"data": {"name": "ann"}, "content_type": "multipart/form-data"},
    "text": lambda: {"data": "name=ann", "content_type": "text/plain"},
}


@ALL
@pytest.mark.parametrize("name", REQUESTS)
async def test_a_form_answers_alike(which: str, name: str) -> None:
    answer = await compare(person, which=which, request=REQUESTS[name])
    assert answer["submitted"] is (name != "get")


OBJECT = SimpleNamespace(name="obj", age=50, tags=["b"], agree=True)


@ALL
@pytest.mark.parametrize("name", ["get", "post", "empty"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"obj": OBJECT},
        {"data": {"name": "dict", "age": 9}},
        {"name": "kw"},
        {"obj": OBJECT, "data": {"age": 9}, "name": "kw"},
        {"prefix": "p"},
        {"formdata": None},
        {"formdata": None, "obj": OBJECT},
        {"meta": {"locales": ["de"]}},
    ],
    ids=lambda a: " ".join(a),
)
async def test_arguments_mean_the_same(which: str, name: str, arguments: dict[str, Any]) -> None:
    await compare(person, which=which, request=REQUESTS[name], **arguments)


@ALL
async def test_prefixed_data_is_found(which: str) -> None:
    answer = await compare(
        person, which=which, prefix="p-", request=lambda: {"data": {"p-name": "ann", "name": "x"}}
    )
    assert (answer["valid"], answer["data"]["name"]) == (True, "ann")


@ALL
async def test_formdata_may_be_given(which: str) -> None:
    from werkzeug.datastructures import MultiDict

    data = MultiDict([("name", "given"), ("tags", "a"), ("tags", "b")])
    for arguments in ({"formdata": data}, {}):
        positional = () if arguments else (data,)
        answer = await compare(person, *positional, which=which, request=REQUESTS["post"], **arguments)
        assert (answer["data"]["name"], answer["data"]["tags"]) == ("given", ["a", "b"])


def upload(wtf: Any, file: Any) -> type[Any]:
    class Upload(wtf.FlaskForm):  # type: ignore[misc]
        title = wtforms.StringField()
        one = file.FileField(
            validators=[file.FileRequired(), file.FileAllowed(["txt", "md"]), file.FileSize(5, 2)]
        )
        many = file.MultipleFileField(validators=[file.FileAllowed(("txt",), "only texts"), file.FileSize(5)])

    return Upload


def files(*names: str, field: str = "one", size: int = 3) -> Callable[[], dict[str, Any]]:
    return lambda: {
        "data": {field: [(BytesIO(b"x" * size), name) for name in names], "title": "t"},
        "content_type": "multipart/form-data",
    }


@ALL
@pytest.mark.parametrize(
    "request_",
    [
        files("a.txt"),
        files("A.MD"),
        files("a.png"),
        files("", size=0),
        files("a.txt", size=1),
        files("a.txt", size=6),
        files("a.txt", "b.txt"),
        files("a.txt", "b.txt", field="many"),
        files("a.txt", "b.png", field="many"),
        files("a.txt", "b.txt", field="many", size=9),
        files(),
        lambda: {"data": {"one": "no file"}},
    ],
)
async def test_uploads_are_validated_alike(which: str, request_: Callable[[], dict[str, Any]]) -> None:
    await compare(upload, which=which, request=request_)


async def test_an_upload_set_is_asked() -> None:
    class Pictures:
        def file_allowed(self, storage: Any, name: str) -> bool:
            return name.endswith(".png")

    def make(wtf: Any, file: Any) -> type[Any]:
        class Upload(wtf.FlaskForm):  # type: ignore[misc]
            one = file.FileField(
                validators=[file.file_required(), file.file_allowed(Pictures()), file.file_size(9)]
            )

        return Upload

    assert (await compare(make, request=files("a.png")))["valid"] is True
    assert (await compare(make, request=files("a.txt")))["valid"] is False


def nested(wtf: Any, file: Any) -> type[Any]:
    class Street(wtforms.Form):
        name = wtforms.StringField(validators=[v.Length(max=3)])

    class Address(wtf.FlaskForm):  # type: ignore[misc]
        class Meta:
            csrf = False

        city = wtforms.StringField(validators=[v.DataRequired()])
        street = wtforms.FormField(Street)

        def validate_city(self, field: Any) -> None:
            if field.data == "Troy":
                raise wtforms.ValidationError("gone")

    class Order(wtf.FlaskForm):  # type: ignore[misc]
        home = wtforms.FormField(Address)
        others = wtforms.FieldList(wtforms.FormField(Address), min_entries=1)
        words = wtforms.FieldList(wtforms.StringField(validators=[v.Length(max=3)]), max_entries=3)

    return Order


@ALL
@pytest.mark.parametrize(
    "data",
    [
        {"home-city": "Rome", "others-0-city": "Bonn", "words-0": "a"},
        {"home-city": "Troy", "others-0-city": "Bonn"},
        {"home-city": "Rome", "others-0-city": "Troy"},
        {
            "home-city": "Rome",
            "others-0-city": "Bonn",
            "others-1-city": "",
            "words-0": "abcd",
            "words-1": "b",
        },
        {"home-city": "Rome", "home-street-name": "long", "others-0-city": "Bonn"},
        {"home-city": "Rome", "others-0-city": "Bonn", "others-0-street-name": "long"},
    ],
)
async def test_enclosed_forms_are_validated_alike(which: str, data: dict[str, str]) -> None:
    answer = await compare(nested, which=which, request=lambda: {"data": data})
    assert answer["valid"] is (data == {"home-city": "Rome", "others-0-city": "Bonn", "words-0": "a"})


@ALL
async def test_a_form_with_its_own_signature_is_made_with_it(which: str) -> None:
    def make(wtf: Any, file: Any) -> type[Any]:
        class Profile(wtf.FlaskForm):  # type: ignore[misc]
            name = wtforms.StringField(validators=[v.DataRequired()])
            kind = wtforms.SelectField()

            def __init__(self, user: str, *args: Any, kinds: tuple[str, ...] = ("a",), **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                self.user = user
                self.kind.choices = list(kinds)  # type: ignore[arg-type]

            def validate_name(self, field: Any) -> None:
                if field.data == self.user:
                    raise wtforms.ValidationError("that is you")

        return Profile

    for name in ("ann", "bob"):
        answer = await compare(
            make,
            "ann",
            which=which,
            kinds=("b", "c"),
            request=partial(dict, data={"name": name, "kind": "c"}),
        )
        assert answer["valid"] is (name == "bob")


@ALL
async def test_an_override_of_validate_has_the_last_word(which: str) -> None:
    def make(wtf: Any, file: Any) -> type[Any]:
        # Left synchronous: Flask-WTF's shape, which the bridge carries in ours.
        class Pair(wtf.FlaskForm):  # type: ignore[misc]
            a = wtforms.StringField(validators=[v.DataRequired()])
            b = wtforms.StringField()

            def validate(self, extra_validators: Any = None) -> bool:
                if not super().validate(extra_validators=extra_validators):
                    return False
                if self.a.data != self.b.data:
                    self.b.errors = [*self.b.errors, "not the same"]
                    return False
                return True

        return Pair

    for data, valid in (({"a": "1", "b": "1"}, True), ({"a": "1", "b": "2"}, False), ({"b": "1"}, False)):
        assert (await compare(make, which=which, request=partial(dict, data=data)))["valid"] is valid
