"""Fixtures that are asked for by name while a test runs."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

FIXTURES = """
import pytest
from app import app
@pytest.fixture
def member():
    return app.test_client()
@pytest.fixture
def guest_client():
    return app.test_client()
"""
APP = "from flask import Flask\napp = Flask(__name__)\n"


def of_test(fixture: str, test: str) -> str:
    files = {"app.py": APP, "conftest.py": FIXTURES + fixture, "test_app.py": f"import pytest\n{test}"}
    once, _ = migrated(files)
    assert migrated(once)[0] == once
    return once["test_app.py"]


@pytest.mark.parametrize(
    "fixture",
    [
        "@pytest.fixture\ndef either(request):\n    return request.getfixturevalue('member')\n",
        "@pytest.fixture\ndef either(request):\n    return request.getfixturevalue(argname='member')\n",
        "@pytest.fixture(params=['member', 3])\ndef either(request):\n    return request.getfixturevalue(request.param)\n",
        "@pytest.fixture(params=['guest'])\ndef either(request):\n"
        "    return request.getfixturevalue(f'{request.param}_client')\n",
        "@pytest.fixture\ndef either(request):\n    return request.getfixturevalue('client')\n",
    ],
)
def test_a_fixture_that_gives_another_by_name(fixture: str) -> None:
    text = of_test(fixture, "def test_it(either):\n    assert either.get('/').status_code == 404\n")
    assert "    assert (await either.get('/')).status_code == 404" in text


def test_a_test_that_goes_through_names() -> None:
    test = (
        "@pytest.mark.parametrize('name', ['member', 'guest_client'])\ndef test_it(name, request):\n"
        "    client = request.getfixturevalue(name)\n    assert client.get('/').status_code == 404\n"
    )
    assert "    assert (await client.get('/')).status_code == 404" in of_test("", test)


def test_a_name_that_no_fixture_has() -> None:
    test = "def test_it(request):\n    thing = request.getfixturevalue('thing')\n    assert thing.get('/')\n"
    assert "    assert thing.get('/')" in of_test("", test)
