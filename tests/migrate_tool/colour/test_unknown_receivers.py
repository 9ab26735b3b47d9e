"""Calls on objects of which nobody knows what they are: awaited if they wait, and listed."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after, migrated, with_app

METHOD = """
class Folder:
    def may_read(self, user):
        return User.query.filter_by(id=user).count() == 1
    def get(self, name):
        return User.query.get(name)
"""


def test_in_a_function_that_is_async_anyway_it_is_awaited_if_it_waits() -> None:
    text = after(
        METHOD
        + "def show(things):\n    db.session.commit()\n    return [x for x in things if x.may_read(1)]\n"
    )
    assert "return [x for x in things if await maybe_await(x.may_read(1))]" in text


def test_in_one_that_stays_synchronous_it_is_waited_for_and_colours_nothing() -> None:
    text = after(METHOD + "def show(thing):\n    if thing.may_read(1):\n        return thing\n")
    assert "def show(thing):\n    if maybe_wait(thing.may_read(1)):" in text
    assert "async def show" not in text


def test_it_is_listed() -> None:
    _, findings = migrated(with_app(METHOD + "def show(thing):\n    return thing.may_read(1)\n"))
    [finding] = [item for item in findings if item.code == "FQ906"]
    assert "thing.may_read" in finding.message
    assert finding.action == "bridged"


def test_a_generator_expression_stays_one() -> None:
    text = after(
        METHOD + "def show(things):\n    db.session.commit()\n    return any(x.may_read(1) for x in things)\n"
    )
    assert "return any(maybe_wait(x.may_read(1)) for x in things)" in text


@pytest.mark.parametrize("call", ['thing.get("a")', "thing.other(1)", "thing.may_read", 'len("a")'])
def test_names_that_anything_has_or_nothing_that_waits_are_left(call: str) -> None:
    text = after(METHOD + f"def show(thing):\n    db.session.commit()\n    return {call}\n")
    assert f"    return {call}" in text


def test_a_receiver_that_is_known_is_what_it_is() -> None:
    text = after(
        METHOD
        + "class Plain:\n    def may_read(self, user):\n        return True\n"
        + "def show(thing: Plain):\n    db.session.commit()\n    return thing.may_read(1)\n"
    )
    assert "    return thing.may_read(1)" in text
    assert "class Plain:\n    def may_read" in text


def test_methods_of_one_name_do_not_share_a_colour() -> None:
    text = after(
        METHOD
        + "class Plain:\n    def may_read(self, user):\n        return True\n"
        + "def show(thing):\n    return thing.may_read(1)\n"
    )
    assert "class Plain:\n    def may_read" in text
    assert "    return maybe_wait(thing.may_read(1))" in text


@pytest.mark.parametrize(
    "call",
    [
        "thing.model.query.get(1)",
        "thing.model.query.filter_by(id=1).count()",
        "thing.query.first_or_404()",
        "thing.notes.filter_by(id=1).first()",
        "thing.notes.paginate(page=1)",
        "query.get(thing)",
        "thing.posts.all()",
        "query.all()",
        "thing.books.order_by(1).all()",
        "thing.form.validate()",
        "thing.validate_on_submit()",
        "session.flush()",
        "thing.session.delete(thing)",
    ],
)
def test_a_database_s_words_on_something_unknown(call: str) -> None:
    text = after(f"def show(thing, query, session):\n    return {call}\n")
    assert f"    return maybe_wait({call})" in text


@pytest.mark.parametrize(
    "call", ['query.get("name")', "thing.count(1)", "thing.all()", "thing.filter(1)", "session.query(User)"]
)
def test_words_that_others_have_too_or_that_wait_for_nothing(call: str) -> None:
    assert f"    return {call}" in after(f"def show(thing, query, session):\n    return {call}\n")


def test_a_second_run_changes_nothing() -> None:
    files = with_app(
        METHOD
        + "def show(thing):\n    return thing.may_read(1)\n"
        + "def all_of(thing):\n    db.session.commit()\n    return thing.may_read(1)\n"
    )
    once = migrated(files)[0]
    assert migrated(once)[0] == once


def test_a_function_that_is_put_into_an_object_may_be_what_is_called() -> None:
    text = after(
        "def made():\n    def find_one(name):\n        return User.query.filter_by(name=name).first()\n"
        "    return type('Made', (object,), {'find_one': staticmethod(find_one)})\n"
        "def show(thing):\n    return thing.find_one('a')\n"
    )
    assert "    return maybe_wait(thing.find_one('a'))" in text


def test_words_of_http_and_of_models_are_asked_too() -> None:
    text = after(METHOD.replace("may_read", "save") + "def show(thing):\n    thing.save(1)\n")
    assert "    maybe_wait(thing.save(1))" in text


def test_what_a_wrapper_calls_that_nobody_here_uses_is_awaited_if_it_waits() -> None:
    guard = "def guard(view):\n    def inner(*args, **kwargs):\n        {}\n        return view(*args, **kwargs)\n    return inner\n"
    assert "        return await maybe_await(view(*args, **kwargs))" in after(
        guard.format("db.session.commit()")
    )
    assert "        return view(*args, **kwargs)" in after(guard.format("print(1)"))


def test_the_application_s_login_manager_is_the_extension_s() -> None:
    text = after(
        "from flask import current_app\ndef refused():\n    return current_app.login_manager.unauthorized()\n"
    )
    assert "    return await current_app.login_manager.unauthorized()" in text


COMMON = """
class Folder:
    heading = ""
    def get(self, name, deep=False):
        return User.query.filter_by(name=name).first()
    def remove(self):
        db.session.delete(self)
        db.session.commit()
    def owner(self):
        return self.heading
"""


@pytest.mark.parametrize(
    "body",
    [
        "thing.get('a', deep=True)",
        "thing.remove()",
        "folder.get(name)",
        "holder.folder.get(name)",
        "thing.get(name), thing.owner()",
        "thing.heading, thing.get(name)",
    ],
)
def test_a_name_that_anything_has_is_asked_where_the_object_looks_like_one_of_the_project(body: str) -> None:
    text = after(COMMON + f"def show(thing, folder, holder, name):\n    return {body}\n")
    assert text.count("maybe_wait(") == 1


@pytest.mark.parametrize(
    "body",
    [
        "thing.get('a')",
        "thing.get(name, None)",
        "thing.get(name), thing.items()",
        "thing.get(name), thing.colour",
        "thing.get(name, 1, 2, 3)",
        "thing.remove(name)",
        "folder.remove(name)",
        "thing.get(name, type=int)",
    ],
)
def test_it_is_left_where_it_may_be_a_dictionary(body: str) -> None:
    text = after(COMMON + f"def show(thing, folder, holder, name):\n    return {body}\n")
    assert f"    return {body}" in text


@pytest.mark.parametrize(
    "called",
    [
        "return app.view_functions['show'](1)",
        "view = app.view_functions['show']\n    return view(1)",
        "handler = app.error_handler_spec[None][404][KeyError]\n    return handler(1)",
        "for hook in app.before_request_funcs[None]:\n        return hook(1)",
    ],
)
def test_what_was_registered_with_the_application_may_wait(called: str) -> None:
    text = after(f"def test_it():\n    db.session.commit()\n    {called}\n")
    assert "return await maybe_await(" in text


def test_what_a_registered_function_gives_is_a_response() -> None:
    text = after(
        "def test_it():\n    handler = app.error_handler_spec[None][404][KeyError]\n    response = handler(1)\n"
        "    if isinstance(response, tuple):\n        body, status = response\n        assert body.get_json() == {}\n"
        "    else:\n        assert response.get_json() == {}\n"
    )
    assert "    response = await maybe_await(handler(1))" in text
    assert "        assert await body.get_json() == {}" in text
    assert "        assert await response.get_json() == {}" in text


def test_statements_of_tables_wait_for_nothing() -> None:
    text = after(
        "def clean():\n    for table in reversed(db.metadata.sorted_tables):\n        db.session.execute(table.delete())\n"
    )
    assert "        await db.session.execute(table.delete())" in text


@pytest.mark.parametrize(
    "body",
    [
        "return found.count()",
        "found = thing.notes.join(Note).filter(Note.id > 1)\n    return found.all()",
        "found = thing.versions.order_by(Note.id)\n    return found.get(1)",
    ],
)
def test_a_variable_that_holds_a_query_of_something_unknown_is_asked(body: str) -> None:
    text = after(f"def show(thing, found):\n    {body}\n")
    assert text.count("maybe_wait(found.") == 1


def test_a_list_is_still_counted_as_one() -> None:
    text = after("def show(found):\n    return found.count('a')\n")
    assert "return found.count('a')" in text


STORE = """
{}
class Store:
    def __init__(self, session):
        self.session = session
    def run(self, text, data) -> Any:
        return self._run(text, data)
    def _run(self, text, data) -> Any:
        return self.session.execute(text, data)
    def every(self):
        return self.run("select 1", ()).fetchall()
    def first(self):
        found = self.run("select 1", ())
        return found.fetchone()
"""


@pytest.mark.parametrize(
    "driver", ["import sqlite3", "from quart_app.db import sqlite\n# quart_app.db.sqlite"]
)
def test_what_an_unknown_call_gives_is_unknown_itself(driver: str) -> None:
    once = migrated(with_app("from typing import Any\n" + STORE.format(driver)))[0]
    assert "        return maybe_wait(self.session.execute(text, data))" in once["code.py"]
    assert 'return maybe_wait(self.run("select 1", ()).fetchall())' in once["code.py"]
    assert "        return maybe_wait(found.fetchone())" in once["code.py"]
    assert migrated(once)[0] == once


def test_what_is_awaited_if_it_waits_gives_something_unknown() -> None:
    text = after(
        "import sqlite3\nfrom quart_app.bridge import maybe_await, maybe_wait\n"
        "def every(session):\n    rows = maybe_wait(session.execute('x')).fetchall()\n    return len(rows)\n"
        "async def first(session):\n    return (await maybe_await(session.execute('x'))).fetchone()\n"
    )
    assert "    rows = maybe_wait(maybe_wait(session.execute('x')).fetchall())" in text
    assert "    return await maybe_await((await maybe_await(session.execute('x'))).fetchone())" in text


def test_where_no_driver_waits_rows_are_there() -> None:
    text = after(STORE.format("") + "from typing import Any\n")
    assert 'return self.run("select 1", ()).fetchall()' in text


GIVEN = """
def give(models):
    for model in models:
        model.latest = property(lambda self: self.posts.order_by(Post.id))
"""


def test_what_a_model_is_given_from_outside_may_be_a_query() -> None:
    text = after(GIVEN + "def show(user: User):\n    return user.latest.first(), user.latest.all()\n")
    assert "return maybe_wait(user.latest.first()), maybe_wait(user.latest.all())" in text


def test_what_a_model_says_itself_is_what_it_says() -> None:
    text = after(
        "class Line(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n    names = NAMES\n"
        "def show(line: Line, user: User):\n    return line.names.first(), user.name.first(), line.metadata.first()\n"
    )
    assert "return maybe_wait(line.names.first()), user.name.first(), line.metadata.first()" in text


def test_what_no_query_has_is_asked_of_something_else() -> None:
    text = after(
        METHOD + "def show():\n    found = User.query.rated()\n    return found.may_read(1), found.rated()\n"
    )
    assert "return maybe_wait(found.may_read(1)), found.rated()" in text


def test_what_ends_a_transaction_of_nobody_knows_what() -> None:
    code = (
        "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n\n\n"
        "def finish(thing):\n    thing.commit()\n\n\ndef undo(thing):\n    return thing.rollback()\n\n\n"
        'def kept(thing):\n    thing.commit("a message")\n'
    )
    texts, findings = migrated({"app.py": code})
    assert "    maybe_wait(thing.commit())\n" in texts["app.py"]
    assert "    return maybe_wait(thing.rollback())\n" in texts["app.py"]
    assert 'def kept(thing):\n    thing.commit("a message")\n' in texts["app.py"]
    assert sum(item.code == "FQ906" for item in findings) >= 2


def test_the_body_of_a_block_is_awaited_in_an_extension_of_jinja() -> None:
    text = after(
        METHOD + "from jinja2.ext import Extension\n"
        "class Boxed(Extension):\n"
        "    @staticmethod\n    def boxed(caller):\n        return f'<div>{caller().strip()}</div>'\n"
        "    def box(self, title, caller):\n        return title + caller()\n"
        "def call(caller):\n    return caller()\n"
    )
    assert "{maybe_wait(caller()).strip()}" in text
    assert "return title + maybe_wait(caller())" in text
    assert "    return caller()" in text


def test_what_no_text_or_list_has_is_asked_of_something_else() -> None:
    text = after(
        METHOD
        + "def show(ready):\n    found = []\n    if ready:\n        found = ''\n"
        + "    return found.may_read(1), found.count('a'), found.strip()\n"
    )
    assert "return maybe_wait(found.may_read(1)), found.count('a'), found.strip()" in text
