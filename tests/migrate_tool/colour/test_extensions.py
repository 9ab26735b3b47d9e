"""What extensions that stay do with the application's functions: await them, call them, or decorate them."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import after


def check(before: str, expected: str) -> None:
    assert after(textwrap.dedent(before)) == textwrap.dedent(expected).strip("\n")


def test_http_auth_awaits_its_callbacks_and_decorates_through_the_bridge() -> None:
    check(
        """
        from flask_httpauth import HTTPBasicAuth
        auth = HTTPBasicAuth()

        @auth.verify_password
        def verify(name, password):
            return User.query.filter_by(name=name).first()

        @app.route('/')
        @auth.login_required
        def index():
            return str(User.query.count())
        """,
        """
        from flask_httpauth import HTTPBasicAuth
        from quart_app.bridge import sync_decorator
        auth = HTTPBasicAuth()

        @auth.verify_password
        async def verify(name, password):
            return await User.query.filter_by(name=name).first()

        @app.route('/')
        @sync_decorator(auth.login_required)
        async def index():
            return str(await User.query.count())
        """,
    )


def test_memoized_functions_are_awaited_by_who_calls_them() -> None:
    text = after(
        textwrap.dedent(
            """
            from flask_caching import Cache
            cache = Cache(app)

            @cache.memoize(60)
            def count(name):
                return User.query.filter_by(name=name).count()

            @app.route('/')
            def index():
                cache.set('n', 1)
                cache.delete_memoized(count)
                return str(count('a') + cache.get('n'))
            """
        )
    )
    assert "@sync_decorator(cache.memoize(60))\nasync def count(name):" in text
    assert "    cache.set('n', 1)\n    cache.delete_memoized(count)\n" in text
    assert "return str(await count('a') + cache.get('n'))" in text


@pytest.mark.parametrize(
    ("setup", "decorator"),
    [
        ("from flask_limiter import Limiter\nlimiter = Limiter(str, app=app)", "limiter.limit('1/day')"),
        (
            "from flask_limiter import Limiter\nlimiter = Limiter(str)\nlimiter.init_app(app)",
            "limiter.exempt",
        ),
        ("from flask_jwt_extended import jwt_required", "jwt_required()"),
        ("from flask_cors import cross_origin", "cross_origin()"),
        ("from flasgger import swag_from", "swag_from('pages/index.yml')"),
        ("from flask_caching import Cache\ncache = Cache()", "cache.cached(timeout=5)"),
    ],
)
def test_decorators_of_views_get_a_function_that_waits(setup: str, decorator: str) -> None:
    text = after(
        f"{setup}\n\n@app.route('/')\n@{decorator}\ndef index():\n    return str(User.query.count())\n"
    )
    assert f"@app.route('/')\n@sync_decorator({decorator})\nasync def index():" in text


def test_jwt_loaders_stay_functions_and_wait_in_the_bridge() -> None:
    check(
        """
        from flask_jwt_extended import JWTManager
        jwt = JWTManager(app)

        @jwt.user_lookup_loader
        def load(header, data):
            return User.query.get(data['sub'])
        """,
        """
        from flask_jwt_extended import JWTManager
        from quart_app.bridge import wait
        jwt = JWTManager(app)

        @jwt.user_lookup_loader
        def load(header, data):
            return wait(User.query.get(data['sub']))
        """,
    )


def test_a_limit_of_a_blueprint_is_one_of_flasks_of_its_name() -> None:
    text = after(
        textwrap.dedent(
            """
            from flask import Blueprint
            from flask_limiter import Limiter
            limiter = Limiter(app=app)
            users = Blueprint('users', __name__)
            limiter.limit('5/minute')(users)
            limiter.exempt(users)
            limiter.exempt(users, flags=3)
            """
        )
    )
    assert "\nsync_decorator(limiter.limit('5/minute'))(users)\nsync_decorator(limiter.exempt)(users)" in text
    assert "\nsync_decorator(limiter.exempt)(users, flags=3)" in text


def test_a_limit_that_a_function_tells_is_still_made_by_the_library() -> None:
    text = after(
        textwrap.dedent(
            """
            from flask import Flask
            from flask_limiter import Limiter
            app = Flask(__name__)
            limiter = Limiter(app=app)

            def how_much():
                return Limit.query.first().text

            @app.route('/')
            @limiter.limit(how_much, key_func=lambda: 'one')
            def view():
                return 'seen'
            """
        )
    )
    assert "sync_decorator(limiter.limit)(" not in text


def test_sending_mail_changes_nothing() -> None:
    code = """
        from flask_mail import Mail, Message
        mail = Mail(app)

        def send(to):
            mail.send(Message('Hello', recipients=[to]))
    """
    check(code, code)


def test_what_only_reads_a_function_leaves_it_free_to_wait() -> None:
    text = after(
        textwrap.dedent(
            """
            import inspect
            from apispec import APISpec
            spec = APISpec("title", "1")

            @app.route("/")
            def index():
                return str(User.query.count())

            spec.path(view=index, app=app)
            signature = inspect.signature(index)
            """
        )
    )
    assert "async def index():\n    return str(await User.query.count())" in text


def test_decorators_of_tests_that_freeze_time_or_mock_servers() -> None:
    check(
        """
        from freezegun import freeze_time
        from moto import mock_aws

        @mock_aws
        @freeze_time("2020-01-01")
        def test_count():
            assert User.query.count() == 1
        """,
        """
        from freezegun import freeze_time
        from moto import mock_aws
        from quart_app.bridge import sync_decorator

        @sync_decorator(mock_aws)
        @freeze_time("2020-01-01")
        async def test_count():
            assert await User.query.count() == 1
        """,
    )


def test_cases_of_libraries_that_await_only_tests_are_replaced() -> None:
    check(
        """
        import aiounittest

        class Base(aiounittest.AsyncTestCase):
            def setUp(self):
                self.client = app.test_client()

        class IndexCase(Base):
            def setUp(self):
                super().setUp()
                User.query.delete()

            async def test_index(self):
                assert self.client.get("/").data == b""
        """,
        """
        from quart_app.testing import AsyncTestCase

        class Base(AsyncTestCase):
            async def asyncSetUp(self):
                self.client = app.test_client()

        class IndexCase(Base):
            async def asyncSetUp(self):
                await super().asyncSetUp()
                await User.query.delete()

            async def test_index(self):
                assert (await self.client.get("/")).data == b""
        """,
    )


def test_a_case_that_nobody_knows_awaits_nothing() -> None:
    check(
        """
        from testtools import TestCase

        class IndexCase(TestCase):
            def setUp(self):
                super().setUp()
                User.query.delete()

            def test_index(self):
                assert app.test_client().get("/").data == b""
        """,
        """
        from testtools import TestCase
        from quart_app.bridge import run

        class IndexCase(TestCase):
            def setUp(self):
                super().setUp()
                run(User.query.delete())

            def test_index(self):
                assert run(app.test_client().get("/")).data == b""
        """,
    )


def test_what_is_put_in_place_of_the_form_is_awaited_as_the_form_is() -> None:
    check(
        """
        import typing
        from flask import Request, request

        class Own(Request):
            errors: list

        own = typing.cast(Own, request)

        @app.before_request
        def merge():
            own.errors = []
            own.form = dict(own.form.items())
            own.form["page"] = own.args["page"]
        """,
        """
        import typing
        from quart import request
        from quart_app import Request

        class Own(Request):
            errors: list

        own = typing.cast(Own, request)

        @app.before_request
        async def merge():
            own.errors = []
            own.form = dict((await own.form).items())
            (await own.form)["page"] = own.args["page"]
        """,
    )


def test_what_is_put_in_the_place_of_a_librarys_function_is_called_as_that_was() -> None:
    check(
        """
        import flask_babel

        def translations():
            return User.query.count()

        def replace():
            flask_babel.get_translations = translations
        """,
        """
        import flask_babel
        from quart_app.bridge import wait

        def translations():
            return wait(User.query.count())

        def replace():
            flask_babel.get_translations = translations
        """,
    )


@pytest.mark.parametrize("search", ["whooshee_search", "looked_for"])
def test_what_an_extension_finds_is_a_query_like_any_other(search: str) -> None:
    check(
        f"""
        @app.route('/')
        def found():
            page = User.query.{search}("x").order_by(User.name).paginate(page=1)
            return str([user.posts.count() for user in User.query.{search}("x").all()]) + str(page.total)
        """,
        f"""
        @app.route('/')
        async def found():
            page = await User.query.{search}("x").order_by(User.name).paginate(page=1)
            return str([await user.posts.count() for user in await User.query.{search}("x").all()]) + str(page.total)
        """,
    )


def test_the_session_that_a_test_makes_is_awaited_like_the_application_s() -> None:
    text = after(
        textwrap.dedent(
            """
            import pytest

            @pytest.fixture
            def session():
                connection = db.engine.connect()
                session = db._make_scoped_session({"bind": connection, "binds": {}})
                yield session
                session.remove()

            def test_users(session):
                assert session.get(User, 1) is None
            """
        )
    )
    assert "    await session.remove()" in text
    assert "    assert await session.get(User, 1) is None" in text


def test_a_callback_is_followed_through_keyword_arguments_that_are_passed_on() -> None:
    text = after(
        textwrap.dedent(
            """
            from flask import make_response
            from flask_limiter import Limiter

            def limited(name, **options):
                kept = dict(**options)
                return Limiter(app=app, **options)

            def built(**options):
                return limited('x', **options)

            def refused(limit):
                return make_response('too many', 429)

            def name():
                return User.query.count()

            limiter = built(on_breach=refused, name=name)
            """
        )
    )
    assert "\ndef refused(limit):\n    return wait(make_response('too many', 429))" in text
    assert "async def name():" in text


def test_the_session_of_a_query_is_the_synchronous_one_and_is_not_awaited() -> None:
    text = after("def find(ident):\n    return User.query.session.get(User, ident)\n")
    assert "await " not in text
