"""Methods of classes that derive from a library's class which the catalogue does not know: the library calls them."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

GRANT = """
from oauth.grants import Grant as Base
class Grant(Base):
    def find_token(self, text):
        return User.query.filter_by(name=text).first()
"""
STAYS = "    def find_token(self, text):\n        return wait(User.query.filter_by(name=text).first())"
TURNS = "    async def find_token(self, text):\n        return await User.query.filter_by(name=text).first()"


def test_a_method_that_nobody_calls_here_is_called_there() -> None:
    assert STAYS in after(GRANT)


def test_so_is_what_overrides_it_further_down() -> None:
    more = "class Longer(Grant):\n    def find_token(self, text):\n        return super().find_token(text + text)\n"
    text = after(GRANT + more)
    assert STAYS in text
    assert "    def find_token(self, text):\n        return super().find_token(text + text)" in text


def test_one_that_only_a_subclass_asks_for_through_super_is_still_the_library_s() -> None:
    more = (
        "class Longer(Grant):\n    def find_token(self, text):\n"
        "        db.session.commit()\n        return super().find_token(text)\n"
    )
    text = after(GRANT + more)
    assert STAYS in text
    assert "        wait(db.session.commit())\n        return super().find_token(text)" in text


def test_one_that_the_project_calls_is_its_own() -> None:
    assert TURNS in after(GRANT + 'def view():\n    return Grant().find_token("a")\n')


def test_unless_it_asks_the_library_s_class_for_the_same() -> None:
    asking = GRANT.replace("        return User", "        super().find_token(text)\n        return User")
    text = after(asking + 'def view():\n    return Grant().find_token("a")\n')
    assert "    def find_token(self, text):\n" in text
    assert "return wait(User.query" in text


def test_the_call_of_a_test_says_nothing() -> None:
    from tests.migrate_tool.programs import migrated, with_app

    files = with_app(GRANT) | {
        "test_grant.py": 'from code import Grant\ndef test_it():\n    Grant().find_token("a")\n'
    }
    assert STAYS in migrated(files)[0]["code.py"]


def test_calling_an_object_is_what_the_library_made_its_class_for() -> None:
    widget = "from html.widgets import Input\nclass Names(Input):\n    def __call__(self, field):\n        return User.query.all()\n"
    text = after(widget + "def view(field):\n    return Names()(field)\n")
    assert "    def __call__(self, field):\n        return wait(User.query.all())" in text


@pytest.mark.parametrize("keeping", ["self.factory = self.find", "super().__init__(made_by=[self.find])"])
def test_a_method_that_is_kept_where_the_library_finds_it_stays_synchronous(keeping: str) -> None:
    text = after(
        f"from html.fields import Select\nclass Names(Select):\n    def __init__(self):\n        {keeping}\n"
        "    def find(self):\n        return User.query.all()\n"
    )
    assert "    def find(self):\n        return wait(User.query.all())" in text


@pytest.mark.parametrize("base", ["object", "abc.ABC", "typing.Generic[T]", "Exception", "dict", "enum.Enum"])
def test_classes_that_call_nothing_leave_their_methods_free(base: str) -> None:
    text = after(
        f"import abc, enum, typing\nT = typing.TypeVar('T')\nclass Names({base}):\n"
        "    def find(self):\n        return User.query.all()\n"
    )
    assert "    async def find(self):\n        return await User.query.all()" in text


def test_a_view_of_an_unknown_class_of_views_that_a_route_decorates_is_awaited() -> None:
    text = after(
        "from views.classes import View\nclass Names(View):\n    @app.route('/')\n"
        "    def index(self):\n        return User.query.all()\n"
    )
    assert "    async def index(self):\n        return await User.query.all()" in text


def test_tests_of_an_unknown_class_of_tests_turn_async() -> None:
    text = after(
        "from testing.cases import Case\nclass TestNames(Case):\n"
        "    def test_it(self):\n        assert User.query.all()\n"
    )
    assert "    async def test_it(self):\n        assert await User.query.all()" in text


WIDGET = "class Names:\n    def __call__(self, field):\n        return User.query.all()\n"


def test_an_object_that_is_handed_on_and_that_nobody_here_calls_stays_synchronous() -> None:
    text = after("from html.fields import Select\n" + WIDGET + "field = Select(widget=Names())\n")
    assert "    def __call__(self, field):\n        return wait(User.query.all())" in text


def test_one_that_is_called_here_turns_async() -> None:
    text = after(WIDGET + "def view(field):\n    return Names()(field)\n")
    assert "    async def __call__(self, field):\n        return await User.query.all()" in text
    assert "    return await Names()(field)" in text


@pytest.mark.parametrize("base", ["celery.Task", "Task", "self.Task"])
def test_what_a_worker_calls_runs_where_no_loop_runs(base: str) -> None:
    text = after(
        "from celery import Celery, Task\ncelery = Celery()\nclass Maker(Celery):\n    def patch(self):\n"
        f"        class Ours({base}):\n            def __call__(this, *args):\n                db.session.commit()\n"
        "                return super().__call__(*args)\n            def on_failure(this, error):\n                db.session.rollback()\n"
        "        self.Task = Ours\n"
    )
    assert "            def __call__(this, *args):\n                run(db.session.commit())\n" in text
    assert "                return super().__call__(*args)\n" in text
    assert "            def on_failure(this, error):\n                run(db.session.rollback())" in text
