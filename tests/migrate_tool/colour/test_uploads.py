"""Saving an uploaded file waits, wherever the file was taken from: un-awaited, it would silently write nothing."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

FROM_THE_REQUEST = [
    "f = request.files['f']",
    "f = request.files.get('f')",
    "f = request.files.get('f', None)",
    "f = request.files.getlist('f')[0]",
    "f = list(request.files.values())[0]",
    "files = request.files\n    f = files['f']",
]


@pytest.mark.parametrize("line", FROM_THE_REQUEST)
def test_a_file_of_the_request(line: str) -> None:
    text = after(f"from flask import request\n\ndef upload():\n    {line}\n    f.save('here')\n")
    assert "    await f.save('here')" in text
    assert "async def upload():" in text


@pytest.mark.parametrize(
    "loop",
    [
        "for f in request.files.getlist('f'):",
        "for f in request.files.values():",
        "for name, f in request.files.items():",
    ],
)
def test_a_loop_over_files(loop: str) -> None:
    text = after(f"from flask import request\n\ndef upload():\n    {loop}\n        f.save('here')\n")
    assert "        await f.save('here')" in text


def test_a_file_handed_to_a_helper() -> None:
    text = after(
        "from flask import request\n\n"
        "def store(file):\n    file.save(file.filename)\n\n"
        "def upload():\n    store(request.files['f'])\n"
    )
    assert "async def store(file):\n    await file.save(file.filename)" in text
    assert "await store((await request.files)['f'])" in text


@pytest.mark.parametrize("module", ["flask_wtf.file", "wtforms"])
def test_a_file_of_a_form(module: str) -> None:
    text = after(
        f"from flask_wtf import FlaskForm\nfrom {module} import FileField, MultipleFileField\n\n"
        "class Form(FlaskForm):\n    one = FileField('One')\n    many = MultipleFileField('Many')\n\n"
        "def upload():\n    form = Form()\n    form.one.data.save('one')\n"
        "    for file in form.many.data:\n        file.save('many')\n"
    )
    assert "    await form.one.data.save('one')" in text
    assert "        await file.save('many')" in text


def test_a_file_that_is_only_read_waits_for_nothing_more() -> None:
    text = after(
        "from flask import request\n\ndef upload():\n    f = request.files['f']\n    return f.filename, f.read(), f.stream\n"
    )
    assert "return f.filename, f.read(), f.stream" in text


def test_what_has_a_save_of_its_own_is_left_alone() -> None:
    text = after(
        "from PIL import Image\nfrom flask import request\n\n"
        "def upload():\n    f = request.files['f']\n    image = Image.open(f)\n    image.save('here')\n"
    )
    assert "    image.save('here')" in text


def test_a_file_that_a_test_makes_is_of_the_same_class() -> None:
    text = after(
        "from werkzeug.datastructures import FileStorage\n\n"
        "def make():\n    file = FileStorage(filename='a')\n    file.save('here')\n"
    )
    assert "from quart_app.uploads import FileStorage" in text
    assert "    await file.save('here')" in text
