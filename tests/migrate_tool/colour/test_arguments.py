"""What methods are given by their callers, and test classes by fixtures."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after, migrated, with_app


def test_a_static_method_gets_its_first_argument_first() -> None:
    code = """\
    class Shelf:
        def all(self):
            return self.ordered(User.query)

        @staticmethod
        def ordered(query):
            return query.order_by(User.name)

        @classmethod
        def named(cls, query, name):
            return query.filter_by(name=name)

    @app.route("/")
    def index():
        shelf = Shelf()
        return [shelf.all().count(), Shelf.ordered(User.query).first(), Shelf.named(User.query, "a").all()]
    """
    text = after(code)
    assert "await shelf.all().count()" in text
    assert "await Shelf.ordered(User.query).first()" in text
    assert 'await Shelf.named(User.query, "a").all()' in text


def test_a_method_taken_from_its_class_gets_the_object_first() -> None:
    code = """\
    class Shelf:
        def first(self, query):
            return query.first()

    def f(shelf: Shelf):
        return Shelf.first(shelf, User.query)
    """
    assert "return await query.first()" in after(code)


def test_fixtures_give_attributes_to_the_class_of_the_test() -> None:
    files = with_app("") | {
        "conftest.py": """\
            import pytest
            from app import app

            @pytest.fixture
            def client(request: pytest.FixtureRequest):
                request.cls.client = app.test_client()
                yield request.cls.client

            @pytest.fixture
            def signed_in(request):
                request.instance.session = 1
                request.instance.second = app.test_client()
            """,
        "test_app.py": """\
            import pytest

            @pytest.mark.usefixtures("client", "signed_in")
            class Base:
                def fetch(self):
                    return self.client.get("/")

            class TestIndex(Base):
                def test_index(self):
                    assert self.fetch().status_code == 200
                    with self.second as c:
                        assert c.get("/").status_code == 200

            class Other:
                def fetch(self):
                    return self.client.get("/")
            """,
    }
    text = migrated(files)[0]["test_app.py"]
    base, _, other = text.partition("class Other")
    assert "return await self.client.get" in base
    assert "assert (await self.fetch()).status_code == 200" in base
    assert "async with self.second as c:" in base
    assert 'assert (await c.get("/")).status_code' in base
    assert "await" not in other


def test_a_function_that_a_call_gives_is_handed_on_as_by_name() -> None:
    code = """\
    from flask import make_response, render_template
    from flask_limiter import Limiter
    from werkzeug.exceptions import HTTPException

    limiter = Limiter()

    def refusing(template):
        def refuse(limit):
            return make_response(render_template(template), 429)
        return refuse

    class Shown(HTTPException):
        def get_response(self, environ):
            return make_response(render_template("shown.html"))

        def get_body(self, environ=None, scope=None):
            return render_template("body.html")

    @app.route("/")
    @limiter.limit("1/minute", on_breach=refusing("limit.html"))
    def index():
        return render_template("index.html")
    """
    text = after(code)
    assert (
        "    def refuse(limit):\n        return wait(make_response(wait(render_template(template)), 429))"
        in text
    )
    assert (
        "async def get_response(self, environ):\n        return await make_response(await render_template"
        in text
    )
    assert (
        'def get_body(self, environ=None, scope=None):\n        return wait(render_template("body.html"))'
        in text
    )


def test_a_view_that_a_call_gives_is_awaited() -> None:
    code = """\
    from flask import render_template

    def showing(template):
        def show():
            return render_template(template)
        return show

    app.add_url_rule("/more", view_func=showing("more.html"))
    """
    assert "async def show():\n        return await render_template(template)" in after(code)


def test_what_decorators_of_a_class_pass_on_reaches_its_methods() -> None:
    code = """\
    from functools import wraps

    from flask.views import MethodView
    from flask_restful import Resource

    def with_user(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            user = User.query.get(kwargs.pop("id"))
            return view(*args, user=user, **kwargs)
        return wrapper

    class Users(Resource):
        method_decorators = [with_user]

        def get(self, user):
            return user.posts.count()

    class Posts(MethodView):
        decorators = [with_user]

        def get(self, user, page=1):
            return user.posts.all()
    """
    text = after(code)
    assert "return await view(*args, user=user, **kwargs)" in text
    assert "return await user.posts.count()" in text
    assert "return await user.posts.all()" in text


def test_a_method_of_a_client_may_be_named_by_a_variable() -> None:
    code = """\
    def check(verb):
        client = app.test_client()
        assert getattr(client, verb)("/").status_code == 401
        assert getattr(client, "get")("/").status_code == 200
        assert getattr(app, verb) is not None
    """
    text = after(code)
    assert 'assert (await getattr(client, verb)("/")).status_code == 401' in text
    assert 'assert (await getattr(client, "get")("/")).status_code == 200' in text
    assert "assert getattr(app, verb)" in text


def test_versions_are_queried_as_what_they_are_versions_of() -> None:
    code = """\
    from sqlalchemy_continuum import version_class

    UserVersion = version_class(User)

    def history(user):
        return UserVersion.query.filter_by(id=user.id).all()
    """
    assert "return await UserVersion.query.filter_by(id=user.id).all()" in after(code)


def test_a_test_client_s_response_is_no_other_where_it_is_annotated_as_one() -> None:
    files = with_app("") | {
        "test_code.py": """\
            from flask import Response
            from app import app

            def sign_in(client, name) -> Response:
                return client.post("/login", json={"name": name})

            def told(response: Response) -> str:
                return response.json["message"]

            def test_sign_in():
                client = app.test_client()
                response = sign_in(client, "a")
                assert response.json["token"]
                assert told(response) == response.get_json()["message"]
                again: Response = client.get("/")
                assert again.json["message"]
        """,
        "views.py": """\
            from flask import Response, jsonify
            from app import app

            def answer() -> Response:
                return jsonify(message="a")

            @app.route("/")
            def index():
                assert answer().json["message"]
                return answer()
        """,
    }
    texts, _ = migrated(files)
    text = texts["test_code.py"]
    assert '    return response.json["message"]\n' in text
    assert '    assert response.json["token"]\n' in text
    assert '    assert told(response) == response.get_json()["message"]\n' in text
    assert '    assert again.json["message"]\n' in text
    assert "(await answer().json)" in texts["views.py"]


MAKER = """
class Proxy:
    def get(self, name):
        return User.query.get(name)
class Setting:
    def __init__(self, proxy):
        self.proxy = proxy
    def __get__(self, obj, cls=None):
        return self.proxy.get("a")
"""


def test_a_class_that_inherits_its_init_passes_it_what_it_is_called_with() -> None:
    text = after(MAKER + "class OfUser(Setting):\n    pass\nclass Page:\n    a = OfUser(Proxy())\n")
    assert 'return wait(self.proxy.get("a"))' in text


def test_so_does_super() -> None:
    text = after(
        MAKER
        + "class OfUser(Setting):\n    def __init__(self, proxy, more):\n        super().__init__(proxy)\n"
        + "class Page:\n    a = OfUser(Proxy(), 1)\n"
    )
    assert 'return wait(self.proxy.get("a"))' in text


def test_a_class_with_an_init_of_its_own_passes_it_nothing() -> None:
    text = after(
        MAKER
        + "class OfUser(Setting):\n    def __init__(self, proxy):\n        self.other = proxy\n"
        + "class Page:\n    a = OfUser(Proxy())\n"
    )
    # Asked only for its name, which is the class's: it colours nothing.
    assert 'return maybe_wait(self.proxy.get("a"))' in text


def test_the_super_of_a_mixin_is_what_it_is_mixed_with() -> None:
    text = after(
        "class Base:\n    def found(self, x):\n        return User.query.get(x)\n"
        "class Mixin(object):\n    def found(self, x):\n        return super().found(x).name\n"
        "class Both(Mixin, Base):\n    pass\n"
    )
    assert "    async def found(self, x):\n        return (await super().found(x)).name" in text


ITEMS = """
class Action:
    def __init__(self, name, title="", condition=None):
        self.name, self.title, self.condition = name, title, condition
    def available(self, context):
        return self.condition is None or self.condition(context)
class Item(Action):
    def __init__(self, name, divider=False, *args, **kwargs):
        super().__init__("item:" + name, *args, **kwargs)
        self.divider = divider
class Group(Item):
    def __init__(self, name, *args, **kwargs):
        super().__init__(name, True, *args, **kwargs)
def has_people(context):
    return User.query.count() > 0
def shown(items, context):
    return [item for item in items if item.available(context)]
"""


@pytest.mark.parametrize(
    "made",
    [
        'Item("a", condition=has_people)',
        'Item("a", False, "A", has_people)',
        'Group("a", condition=has_people)',
        'Action("a", "A", has_people)',
    ],
)
def test_what_is_handed_on_with_stars_is_known_where_it_arrives(made: str) -> None:
    """A condition that nobody awaits is always true: everybody would see the item."""
    text = after(f"{ITEMS}items = [{made}]\n")
    assert "async def has_people" in text
    assert "return self.condition is None or await self.condition(context)" in text
    assert "return [item for item in items if maybe_wait(item.available(context))]" in text


def test_what_a_function_takes_itself_is_not_handed_on() -> None:
    text = after(
        ITEMS.replace("divider=False, *args, **kwargs", "divider=False, condition=None, **kwargs").replace(
            ", *args, **kwargs)", ", **kwargs)"
        )
        + 'items = [Item("a", condition=has_people), Action("b", condition=lambda context: True)]\n'
    )
    assert "return self.condition is None or self.condition(context)" in text
