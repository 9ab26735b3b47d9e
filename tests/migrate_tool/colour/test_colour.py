"""Which functions become async, where the awaits go, and what happens where none can go."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import after, colouring, migrated, with_app


def check(before: str, expected: str) -> None:
    assert after(before) == textwrap.dedent(expected).strip("\n")


def test_what_waits_is_awaited_and_its_function_async() -> None:
    check(
        """
        def names():
            return [u.name for u in User.query.all()]
        """,
        """
        async def names():
            return [u.name for u in await User.query.all()]
        """,
    )


def test_colour_flows_to_callers_through_modules() -> None:
    files = with_app("def first():\n    return User.query.first()\n")
    files["service.py"] = "from code import first as one\ndef load():\n    return one()\n"
    files["view.py"] = "import service\ndef show():\n    return service.load().name\n"
    texts, _ = migrated(files)
    assert texts["service.py"] == "from code import first as one\nasync def load():\n    return await one()\n"
    assert texts["view.py"] == "import service\nasync def show():\n    return (await service.load()).name\n"


def test_a_function_that_does_not_wait_stays_as_it_is() -> None:
    code = "def double(x):\n    return x.get(2) * x.all()"
    check(code, code)


def test_a_query_is_built_without_waiting() -> None:
    check(
        """
        def named(name):
            query = User.query.filter_by(name=name)
            if name:
                query = query.order_by(User.id)
            return query

        def first(name):
            return named(name).first()
        """,
        """
        def named(name):
            query = User.query.filter_by(name=name)
            if name:
                query = query.order_by(User.id)
            return query

        async def first(name):
            return await named(name).first()
        """,
    )


def test_iterating_over_a_query_is_asynchronous() -> None:
    check(
        """
        def names():
            for user in User.query:
                print(user.name)
            return [u.name for u in User.query], list(User.query.filter_by(id=1))
        """,
        """
        async def names():
            async for user in User.query:
                print(user.name)
            return [u.name async for u in User.query], list([item async for item in User.query.filter_by(id=1)])
        """,
    )


def test_relationships_have_types() -> None:
    check(
        """
        def count(user):
            return User.query.first().posts.filter_by(id=1).count()

        def owner():
            return Note.query.first().owner.posts.count()
        """,
        """
        async def count(user):
            return await (await User.query.first()).posts.filter_by(id=1).count()

        async def owner():
            return await (await Note.query.first()).owner.posts.count()
        """,
    )


def test_a_property_waits_in_the_bridge() -> None:
    check(
        """
        class Shelf:
            @property
            def size(self):
                return User.query.count()

        def show(shelf):
            return shelf.size
        """,
        """
        from quart_app.bridge import wait
        class Shelf:
            @property
            def size(self):
                return wait(User.query.count())

        def show(shelf):
            return shelf.size
        """,
    )


@pytest.mark.parametrize("method", ["__init__", "__len__", "__eq__", "__repr__", "__iter__"])
def test_special_methods_wait_in_the_bridge(method: str) -> None:
    result = after(f"class Shelf:\n    def {method}(self):\n        self.n = User.query.count()\n")
    assert "wait(User.query.count())" in result
    assert "async" not in result


def test_a_lambda_and_a_sort_key_wait_in_the_bridge() -> None:
    check(
        """
        def weight(user):
            return user.posts.count()

        def ranked(users):
            return sorted(User.query.all(), key=weight), max(users, key=lambda u: Post.query.count())
        """,
        """
        from quart_app.bridge import maybe_wait, wait
        def weight(user):
            return maybe_wait(user.posts.count())

        async def ranked(users):
            return sorted(await User.query.all(), key=weight), max(users, key=lambda u: wait(Post.query.count()))
        """,
    )


def test_who_compares_or_counts_values_calls_none_of_them() -> None:
    """A decorator with two uses gets the view in the place of a number: comparing the number makes no view synchronous."""
    text = after(
        """
        from functools import wraps
        def paged(most=None, usual=10):
            def decorator(view):
                @wraps(view)
                def wrapper(*args, **kwargs):
                    page = max(request.args.get("page", 1, type=int), 1)
                    kwargs["page"] = page if most is None else min(page, most, int(most), len([most]))
                    return view(*args, **kwargs)
                return wrapper
            if callable(most) and not isinstance(most, int):
                return paged()(most)
            return decorator

        @app.get("/")
        @paged
        def show(page):
            return str(User.query.paginate(page=page).total)
        """
    )
    assert "async def show(page):\n    return str((await User.query.paginate(page=page)).total)" in text


def test_module_level_runs_a_loop_of_its_own() -> None:
    check("db.create_all()", "from quart_app.bridge import run\nrun(db.create_all())")


def test_an_application_factory_stays_synchronous() -> None:
    check(
        """
        import flask

        def create_app():
            app = flask.Flask(__name__)
            with app.app_context():
                db.create_all()
            return app
        """,
        """
        from quart_app import Quart
        from quart_app.bridge import run

        def create_app():
            app = Quart(__name__)
            with app.app_context():
                run(db.create_all())
            return app
        """,
    )


def test_a_decorator_of_the_project_awaits_what_it_wraps() -> None:
    check(
        """
        from functools import wraps

        def admin_only(view):
            @wraps(view)
            def wrapper(*args, **kwargs):
                if not args:
                    return "no"
                return view(*args, **kwargs)
            return wrapper

        @app.route("/")
        @admin_only
        def index():
            return User.query.first().name

        @app.route("/plain")
        @admin_only
        def plain():
            return "plain"
        """,
        """
        from functools import wraps

        def admin_only(view):
            @wraps(view)
            async def wrapper(*args, **kwargs):
                if not args:
                    return "no"
                return await view(*args, **kwargs)
            return wrapper

        @app.route("/")
        @admin_only
        async def index():
            return (await User.query.first()).name

        @app.route("/plain")
        @admin_only
        async def plain():
            return "plain"
        """,
    )


def test_a_decorator_with_arguments_and_several_reads() -> None:
    result = after(
        """
        from functools import wraps

        def role(name):
            def decorator(f):
                @wraps(f)
                def inner(*args, **kwargs):
                    if User.query.filter_by(name=name).first() is None:
                        return "no", 403
                    return f(*args, **kwargs)
                return inner
            return decorator

        @app.route("/a")
        @role("admin")
        def a():
            return "a"
        """
    )
    assert "if await User.query.filter_by(name=name).first() is None:" in result
    assert "return await f(*args, **kwargs)" in result
    assert "async def a():" in result


def test_overrides_have_one_colour() -> None:
    check(
        """
        class Store:
            def load(self):
                return None

        class Database(Store):
            def load(self):
                return User.query.first()

        def show(store: Store):
            return store.load()
        """,
        """
        class Store:
            async def load(self):
                return None

        class Database(Store):
            async def load(self):
                return await User.query.first()

        async def show(store: Store):
            return await store.load()
        """,
    )


def test_a_method_of_the_same_name_on_another_thing_is_left_alone() -> None:
    check(
        """
        import kvstore

        def show(cache, key):
            cache.get(key)
            kvstore.Client().get(key)
            {}.get(key)
            return User.query.get(key)
        """,
        """
        import kvstore

        async def show(cache, key):
            cache.get(key)
            kvstore.Client().get(key)
            {}.get(key)
            return await User.query.get(key)
        """,
    )


def test_what_is_awaited_already_is_not_awaited_twice() -> None:
    code = "async def first():\n    return await User.query.first()"
    check(code, code)


def test_a_value_read_from_the_request_is_awaited_where_it_is_read() -> None:
    check(
        """
        from flask import request

        @app.route("/", methods=["POST"])
        def save():
            form = request.form
            return form["a"] + form["b"]
        """,
        """
        from quart import request

        @app.route("/", methods=["POST"])
        async def save():
            form = await request.form
            return form["a"] + form["b"]
        """,
    )


def test_a_fake_gets_the_colour_of_what_it_replaces() -> None:
    files = with_app("def load():\n    return User.query.first()\n")
    files["test_code.py"] = (
        "import code\n\n"
        "def test_load(monkeypatch):\n"
        "    def fake():\n"
        "        return None\n"
        '    monkeypatch.setattr("code.load", fake)\n'
    )
    assert "async def fake():" in migrated(files)[0]["test_code.py"]


def test_a_fixture_that_overrides_one_gets_that_one() -> None:
    files = {
        **with_app(""),
        "tests/conftest.py": "import pytest\nfrom app import app as _app\n\n@pytest.fixture\ndef app():\n    return _app\n",
        "tests/test_users.py": (
            "import pytest\n\n@pytest.fixture\ndef app(app):\n    app.testing = True\n    return app\n\n"
            "@pytest.fixture\ndef db(app):\n    return app.extensions['sqlalchemy']\n\n"
            "def test_users(app, db):\n    db.create_all()\n    app.test_client().get('/')\n"
        ),
    }
    text = migrated(files)[0]["tests/test_users.py"]
    assert (
        "async def test_users(app, db):\n    await db.create_all()\n    await app.test_client().get('/')"
        in text
    )


def test_a_folder_whose_files_import_relatively_is_a_package() -> None:
    models = "from ..extensions import db\n\nclass Shop(db.Model):\n    @classmethod\n    def one(cls):\n        return cls.query.first()\n"
    files = {
        "shop/__init__.py": "",
        "shop/extensions.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
        "shop/models/shop.py": models,
    }
    text = migrated(files)[0]["shop/models/shop.py"]
    assert "    async def one(cls):\n        return await cls.query.first()\n" in text


def test_a_fixture_called_setup_is_a_fixture() -> None:
    files = {
        **with_app(""),
        "tests/test_users.py": (
            "import pytest\nfrom app import User, db\n\n\n@pytest.fixture\ndef setup():\n    db.create_all()\n\n\n"
            "def setup_module():\n    db.drop_all()\n"
        ),
    }
    text = migrated(files)[0]["tests/test_users.py"]
    assert "async def setup():\n    await db.create_all()" in text
    assert "\ndef setup_module():\n    run(db.drop_all())" in text


def test_fixtures_reach_the_tests_that_ask_for_them() -> None:
    files = with_app("")
    files["conftest.py"] = (
        "import pytest\nfrom app import app\n\n\n@pytest.fixture\ndef client():\n    return app.test_client()\n"
    )
    files["test_app.py"] = "def test_index(client):\n    assert client.get('/').status_code == 200\n"
    texts, _ = migrated(files)
    assert texts["test_app.py"] == (
        "async def test_index(client):\n    assert (await client.get('/')).status_code == 200\n"
    )
    assert texts["conftest.py"] == files["conftest.py"]


def test_super_goes_on_behind_a_class_of_a_library() -> None:
    files = with_app(
        "class Serializes:\n    def serialize(self):\n        return {'n': User.query.count()}\n\n\n"
        "class Note(db.Model, Serializes):\n    id = db.Column(db.Integer, primary_key=True)\n\n"
        "    def serialize(self):\n        found = super().serialize()\n        found['id'] = self.id\n        return found\n"
    )
    texts = migrated(files)[0]
    assert any("found = await super().serialize()" in text for text in texts.values())


def test_hooks_of_pytest_stay_synchronous() -> None:
    files = with_app("")
    files["conftest.py"] = (
        "from app import User\n\n\ndef pytest_configure(config):\n    print(User.query.count())\n\n\n"
        "def pytest_unconfigure(config):\n    clean()\n\n\ndef clean():\n    print(User.query.first())\n"
    )
    text = migrated(files)[0]["conftest.py"]
    assert "\ndef pytest_configure(config):\n    print(run(User.query.count()))\n" in text
    assert "\ndef pytest_unconfigure(config):\n    run(clean())\n" in text


def test_explain_names_the_chain() -> None:
    from migrate_tool.colour import explain

    files = with_app("def first():\n    return User.query.first()\n\ndef show():\n    return first()\n")
    found = colouring(files)
    assert explain(found.survey.project, found, "code.py::show") == [
        "code.py::show becomes async def:",
        "  code.py:6 waits for code.py::first",
        "  code.py:3 waits for sqlalchemy.orm.Query.first",
    ]


def test_the_user_is_awaited_above_an_elif() -> None:
    check(
        """
        from flask_login import current_user

        def show(kind):
            if kind == 1:
                return "one"
            elif kind == 2:
                return current_user.name
            elif kind == 3:
                return current_user.id
        """,
        """
        from quart_app.auth import current_user

        async def show(kind):
            user = await current_user
            if kind == 1:
                return "one"
            elif kind == 2:
                return user.name
            elif kind == 3:
                return user.id
        """,
    )


def test_what_is_kept_in_g_is_known_wherever_it_is_taken_out() -> None:
    check(
        """
        import sqlite3
        from flask import g

        def get_db():
            if "db" not in g:
                g.db = sqlite3.connect("x.db")
            return g.db

        @app.teardown_appcontext
        def close_db(error=None):
            db = g.pop("db", None)
            if db is not None:
                db.close()

        @app.route("/")
        def index():
            return getattr(g, "db").execute("SELECT 1").fetchone()[0]
        """,
        """
        from quart import g
        from quart_app.db import sqlite

        async def get_db():
            if "db" not in g:
                g.db = await sqlite.connect("x.db")
            return g.db

        @app.teardown_appcontext
        async def close_db(error=None):
            db = g.pop("db", None)
            if db is not None:
                await db.close()

        @app.route("/")
        async def index():
            return (await (await getattr(g, "db").execute("SELECT 1")).fetchone())[0]
        """,
    )


def test_a_package_that_imports_its_own_submodule() -> None:
    files = {
        "shop/__init__.py": "from . import views, models\n",
        "shop/models.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
        "shop/views.py": "from . import models\ndef save():\n    models.db.session.commit()\n",
        "shop/jobs.py": "from . import views\nfrom shop import views as v\ndef job():\n    views.save()\n    v.save()\n",
    }
    texts, _ = migrated(files)
    assert "    await views.save()\n    await v.save()\n" in texts["shop/jobs.py"]


def test_waiting_for_a_thread_waits_where_its_work_became_async() -> None:
    check(
        """
        from threading import Thread

        def work():
            db.session.commit()

        def plain():
            print("done")

        threads = []

        def start():
            thread = Thread(target=work)
            thread.start()
            threads.append(thread)
            other = Thread(target=plain)
            other.start()
            other.join()

        def finish():
            for thread in threads:
                thread.join(5)
        """,
        """
        from threading import Thread
        from quart_app.tasks import BackgroundThread

        async def work():
            await db.session.commit()

        def plain():
            print("done")

        threads = []

        def start():
            thread = BackgroundThread(target=work)
            thread.start()
            threads.append(thread)
            other = Thread(target=plain)
            other.start()
            other.join()

        async def finish():
            for thread in threads:
                await thread.join(5)
        """,
    )


def test_what_is_put_into_containers_is_known_when_it_is_taken_out() -> None:
    check(
        """
        registry = {}
        queries = []

        class Box:
            def __init__(self):
                self.items = []

            def put(self):
                self.items.append(User.query.filter_by(id=1))

            def first(self):
                return self.items[0].first()

        def fill():
            registry["users"] = User.query
            queries.append(Post.query)

        def use():
            return registry["users"].first(), [q.count() for q in queries]
        """,
        """
        registry = {}
        queries = []

        class Box:
            def __init__(self):
                self.items = []

            def put(self):
                self.items.append(User.query.filter_by(id=1))

            async def first(self):
                return await self.items[0].first()

        def fill():
            registry["users"] = User.query
            queries.append(Post.query)

        async def use():
            return await registry["users"].first(), [await q.count() for q in queries]
        """,
    )


def test_query_property_on_a_declarative_base() -> None:
    check(
        """
        from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

        session = scoped_session(sessionmaker())
        Base = declarative_base()
        Base.query = session.query_property()

        class Loan(Base):
            pass

        def first():
            return Loan.query.filter_by(id=1).first()
        """,
        """
        from sqlalchemy.orm import declarative_base
        from quart_app.db.plain import scoped_session, sessionmaker

        session = scoped_session(sessionmaker())
        Base = declarative_base()
        Base.query = session.query_property()

        class Loan(Base):
            pass

        async def first():
            return await Loan.query.filter_by(id=1).first()
        """,
    )


def test_methods_of_the_signed_in_user_are_known() -> None:
    check(
        """
        from flask_login import LoginManager, current_user, UserMixin

        login_manager = LoginManager(app)

        class Member(UserMixin):
            def notes(self):
                return Note.query.all()

        @app.route("/")
        def index():
            return str(current_user.notes())
        """,
        """
        from quart_app.auth import LoginManager, current_user, UserMixin

        login_manager = LoginManager(app)

        class Member(UserMixin):
            async def notes(self):
                return await Note.query.all()

        @app.route("/")
        async def index():
            return str(await (await current_user).notes())
        """,
    )


def test_a_decorator_may_hand_the_view_something_that_waits() -> None:
    check(
        """
        from functools import wraps
        from sqlalchemy.orm import sessionmaker

        Session = sessionmaker()

        def with_session(view):
            @wraps(view)
            def wrapper(*args, **kwargs):
                with Session() as s:
                    return view(s, *args, **kwargs)
            return wrapper

        @app.route("/")
        @with_session
        def index(session):
            return str(session.query(User).count())
        """,
        """
        from functools import wraps
        from quart_app.db.plain import sessionmaker

        Session = sessionmaker()

        def with_session(view):
            @wraps(view)
            async def wrapper(*args, **kwargs):
                async with Session() as s:
                    return await view(s, *args, **kwargs)
            return wrapper

        @app.route("/")
        @with_session
        async def index(session):
            return str(await session.query(User).count())
        """,
    )


def test_an_iterator_that_gives_itself_ends() -> None:
    code = "class Forever:\n    def __iter__(self):\n        return self\n\ndef use():\n    for item in Forever():\n        item.all()"
    check(code, code)


def test_a_field_named_like_the_module_of_its_type() -> None:
    files = with_app("")
    files["post.py"] = (
        "from app import Post\nclass Draft:\n    def load(self):\n        return Post.query.first()\n"
    )
    files["letter.py"] = (
        "import post\n"
        "class Letter:\n    post: 'post.Draft'\n    copy: 'Letter.copy'\n"
        "    def __init__(self, given):\n        self.post = given\n"
        "def show(letter: Letter):\n    return letter.post.load(), letter.copy\n"
    )
    texts, _ = migrated(files)
    assert (
        "async def show(letter: Letter):\n    return await letter.post.load(), letter.copy"
        in texts["letter.py"]
    )
