"""Nobody is signed out by the move: one cookie jar, the Flask original and the new one side by side.

Both servers of a pair run on one database with one secret; a site is moved this way, and moved back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.blackbox.applications import Site, serve
from tests.blackbox.conftest import ASYNC_PAIRS, running
from tests.blackbox.visitor import ADMIN, READER, TOKEN, Visitor, flashes


@dataclass(frozen=True)
class Move:
    """The Flask original and its successor; or the other way round."""

    old: Site
    new: Site


@pytest.fixture(scope="session", params=ASYNC_PAIRS)
def sites(
    request: pytest.FixtureRequest,
    tree_of: Callable[[str], Path],
    make_database: Callable[[str], object],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Site, Site]]:
    """The original, serving the very database of a new one."""
    folder = tmp_path_factory.mktemp("log")
    for new in running(request.param, tree_of, make_database, folder):  # type: ignore[arg-type]
        with serve("flask", tree_of("flask"), new.database, folder / "flask.log") as old:
            yield old, new


@pytest.fixture(params=["there", "back"])
def move(request: pytest.FixtureRequest, sites: tuple[Site, Site]) -> Move:
    flask, new = sites
    return Move(flask, new) if request.param == "there" else Move(new, flask)


@pytest.fixture
def before(move: Move) -> Iterator[Visitor]:
    with Visitor(move.old.url) as visitor:
        yield visitor


@pytest.fixture
def after(move: Move, before: Visitor) -> Iterator[Visitor]:
    """The same browser on the other server: one jar."""
    with Visitor(move.new.url, before.http.cookies.jar) as visitor:
        yield visitor


def test_a_session_is_taken_along(before: Visitor, after: Visitor) -> None:
    before.sign_in(READER)
    assert after.signed_in_as() == READER
    assert before.signed_in_as() == READER


def test_a_fresh_session_stays_fresh(before: Visitor, after: Visitor) -> None:
    before.sign_in(READER)
    assert after.get("/auth/password").status_code == 200


def test_the_remember_cookie_is_taken_along(before: Visitor, after: Visitor) -> None:
    before.sign_in(READER, remember=True)
    before.drop_cookie("session")
    assert after.signed_in_as() == READER


def test_a_remembered_session_is_not_fresh_over_there(before: Visitor, after: Visitor) -> None:
    before.sign_in(READER, remember=True)
    before.drop_cookie("session")
    before.get("/")
    assert after.get("/auth/password").status_code == 302


def test_roles_are_taken_along(before: Visitor, after: Visitor) -> None:
    before.sign_in(ADMIN)
    assert after.get("/admin/users").status_code == 200
    before.sign_out()
    before.sign_in(READER)
    assert after.get("/admin/users").status_code == 403


def test_signing_out_over_there_signs_out_here(before: Visitor, after: Visitor) -> None:
    before.sign_in(READER, remember=True)
    assert after.sign_out().status_code == 302
    assert before.signed_in_as() is None
    assert not before.cookie("remember_token")


def test_a_message_flashed_here_is_shown_over_there(before: Visitor, after: Visitor) -> None:
    before.sign_in(READER)
    assert flashes(after.get("/")) == [("success", "Welcome, Rita!")]
    assert flashes(before.get("/")) == []


def test_a_form_loaded_here_may_be_sent_over_there(before: Visitor, after: Visitor) -> None:
    before.sign_in(READER)
    token = TOKEN.search(before.page("/notes/"))
    assert token
    answer = after.http.post("/notes/", data={"csrf_token": token[1], "text": "taken along"})
    assert answer.status_code == 302
    assert re.search("taken along", before.page("/notes/"))


def test_a_member_registered_here_signs_in_over_there(before: Visitor, after: Visitor, move: Move) -> None:
    email = f"{move.old.application}-{move.new.application}@example.com"
    form = {"name": "Mo", "email": email, "password": "secret1", "confirm": "secret1"}
    assert before.submit("/auth/register", form).status_code == 302
    assert after.sign_in(email, "secret1").status_code == 302
    assert before.signed_in_as() == email
