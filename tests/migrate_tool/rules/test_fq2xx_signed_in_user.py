"""Every way in which people ask for the signed-in user, migrated; and where it matters, run afterwards."""

from __future__ import annotations

import sys
import textwrap
from types import ModuleType
from typing import Any

import pytest

# Compiling inside a driven task upsets CPython 3.11, so what the programs import is imported here.
import quart_app.auth.testing
import quart_app.db.lingering  # noqa: F401
from quart_app import Quart
from tests.migrate_tool.programs import migrated

START = """
from flask import Flask, Blueprint, abort, g, request
from flask.views import MethodView, View
from flask_login import LoginManager, UserMixin, AnonymousUserMixin, current_user, login_required, login_user
from functools import wraps
app = Flask(__name__)
app.secret_key = "a key"
login_manager = LoginManager(app)
class User(UserMixin):
    def __init__(self, id):
        self.id = id
        self.name = "Ann"
        self.is_admin = id == "1"
loads = []
@login_manager.user_loader
def load_user(user_id):
    loads.append(user_id)
    return User(user_id)
@app.route("/in/<user_id>")
def sign_in(user_id):
    login_user(User(user_id))
    return "in"
"""


def whole(code: str) -> str:
    return migrated({"app.py": START + textwrap.dedent(code)})[0]["app.py"]


def part(code: str) -> str:
    """What ``code`` becomes, without what stands before it."""
    return whole("# --\n" + textwrap.dedent(code)).partition("# --\n")[2].strip("\n")


def run(code: str) -> Quart:
    """The application that ``code`` becomes."""
    module = ModuleType("app")
    exec(compile(whole(code), "app.py", "exec"), module.__dict__)
    app: Quart = module.app
    app.testing = True
    app.loads = module.loads  # type: ignore[attr-defined]
    return app


async def answers(app: Quart, path: str, user: str | None = None, **more: Any) -> tuple[int, str]:
    client = app.test_client()
    if user is not None:
        await client.get(f"/in/{user}")
    response = await client.get(path, **more)
    return response.status_code, str(response.text)


def check(before: str, expected: str) -> None:
    assert part(before) == textwrap.dedent(expected).strip("\n")


def test_questions_about_the_user_are_asked_of_the_user() -> None:
    check(
        """
        @app.route("/")
        def index():
            if hasattr(current_user, "id") and isinstance(current_user, User):
                return getattr(current_user, "name", "")
            return "anonymous" if isinstance(current_user, AnonymousUserMixin) else "?"
        """,
        """
        @app.route("/")
        async def index():
            user = await current_user
            if hasattr(user, "id") and isinstance(user, User):
                return getattr(user, "name", "")
            return "anonymous" if isinstance(user, AnonymousUserMixin) else "?"
        """,
    )


def test_the_object_behind_the_proxy_is_what_awaiting_gives() -> None:
    check(
        """
        @app.route("/")
        async def index():
            user = await current_user._get_current_object()
            return user.name
        @app.route("/2")
        def two():
            g.user = current_user._get_current_object()
            return "two"
        """,
        """
        @app.route("/")
        async def index():
            user = await current_user
            return user.name
        @app.route("/2")
        async def two():
            g.user = await current_user
            return "two"
        """,
    )


async def test_a_helper_far_from_the_view_awaits_and_so_do_those_who_call_it() -> None:
    code = """
    def who():
        return current_user.name if current_user.is_authenticated else "nobody"
    def title():
        return "Hello " + who()
    @app.context_processor
    def inject():
        return {"title": title()}
    @app.template_filter("mine")
    def mine(text):
        return text + current_user.name
    @app.route("/")
    def index():
        from flask import render_template_string
        return render_template_string("{{ title }} {{ 'by '|mine }} {{ current_user.name }}") + title()
    """
    app = run(code)
    assert await answers(app, "/", "1") == (200, "Hello Ann by Ann AnnHello Ann")
    assert app.loads == ["1"]  # type: ignore[attr-defined]


async def test_class_based_views_and_their_helpers_await() -> None:
    code = """
    class Base(MethodView):
        decorators = [login_required]
        def user(self):
            return current_user
    class Profile(Base):
        def get(self):
            return self.user().name
    class Old(View):
        def dispatch_request(self):
            return current_user.name
    app.add_url_rule("/profile", view_func=Profile.as_view("profile"))
    app.add_url_rule("/old", view_func=login_required(Old.as_view("old")))
    """
    app = run(code)
    assert await answers(app, "/profile", "1") == await answers(app, "/old", "1") == (200, "Ann")
    assert (await answers(app, "/profile"))[0] == (await answers(app, "/old"))[0] == 401


OWN_GUARDS = """
def admin_required(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        if not current_user.is_authenticated or not current_user.is_admin:
            abort(403)
        return view(*args, **kwargs)
    return guarded
def admin_named(name):
    def decorator(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            if getattr(current_user, "name", "") != name:
                return "no", 403
            return view(*args, **kwargs)
        return guarded
    return decorator
def composed(view):
    return login_required(admin_named("Ann")(view))
"""


@pytest.mark.parametrize("guard", ["admin_required", 'admin_named("Ann")', "composed", "login_required"])
@pytest.mark.parametrize("order", ["below", "above"])
async def test_a_guard_guards_whether_it_stood_above_or_below_the_route(guard: str, order: str) -> None:
    decorators = ['@app.route("/secret")', f"@{guard}"]
    if order == "above":
        decorators.reverse()
    view = "\n".join([*decorators, "def secret():", '    return "secret"', ""])
    app = run(OWN_GUARDS + view)
    assert (await answers(app, "/secret"))[0] in {401, 403}
    assert await answers(app, "/secret", "1") == (200, "secret")


def test_a_guard_above_the_route_is_told_as_security() -> None:
    code = START + OWN_GUARDS + '@admin_required\n@app.route("/x")\ndef x():\n    return "x"\n'
    found = [f for f in migrated({"app.py": code})[1] if f.code == "FQ204"]
    assert [f.message for f in found] == [
        "security: x was open to everybody, its guard stood above its route"
    ]


def test_a_decorator_that_refuses_nobody_is_not_moved() -> None:
    code = """
    def timed(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            g.timed = True
            return view(*args, **kwargs)
        return wrapper
    @timed
    @app.route("/x")
    def x():
        return "x"
    """
    assert '@timed\n@app.route("/x")' in part(code)


def test_one_await_serves_a_comprehension() -> None:
    check(
        """
        @app.route("/")
        def index():
            return str(any(name == current_user.name for name in ["Ann"]))
        @app.route("/2")
        def two():
            return [name for name in ["Ann"] if name == current_user.name]
        """,
        """
        @app.route("/")
        async def index():
            user = await current_user
            return str(any(name == user.name for name in ["Ann"]))
        @app.route("/2")
        async def two():
            user = await current_user
            return [name for name in ["Ann"] if name == user.name]
        """,
    )


async def test_behind_a_sign_in_the_user_is_asked_for_again() -> None:
    code = """
    @app.route("/change")
    def change():
        before = current_user.id
        login_user(User("2"))
        return before + current_user.id + str(any(x == current_user.id for x in ["2"]))
    """
    assert await answers(run(code), "/change", "1") == (200, "12True")


def test_a_loader_that_was_async_before_its_time_awaits_what_it_returns() -> None:
    code = """
    from flask import Flask
    from flask_login import LoginManager
    from flask_sqlalchemy import SQLAlchemy
    app = Flask(__name__)
    db = SQLAlchemy(app)
    login_manager = LoginManager(app)
    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
    @login_manager.user_loader
    async def load_user(user_id):
        return User.query.get(int(user_id))
    """
    text = migrated({"app.py": code})[0]["app.py"]
    assert "async def load_user(user_id):\n    return await User.query.get(int(user_id))" in text


HALF = """
from flask import Flask, render_template_string, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.pool import StaticPool
app = Flask(__name__)
app.secret_key = "a key"
login_manager = LoginManager(app)
engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
async_session = async_sessionmaker(engine)
class Base(DeclarativeBase):
    pass
class User(UserMixin, Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()
class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
@login_manager.user_loader
async def load_user(user_id):
    async with async_session() as session:
        return await session.get(User, int(user_id))
@app.route("/start")
async def start():
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with async_session() as session:
        session.add(User(id=1, name="Ann", posts=[Post(title="First")]))
        await session.commit()
    return "started"
@app.route("/login", methods=["POST"])
async def login():
    async with async_session() as session:
        result = await session.execute(select(User).where(User.name == request.form.get("name")))
        user = result.scalar_one_or_none()
        if user is None:
            return render_template_string("nobody")
        login_user(user)
        await session.commit()
    return "in"
@app.route("/")
@login_required
async def index():
    titles = [post.title for post in current_user.posts]
    return render_template_string("{{ current_user.name }}: {{ titles|join }}", titles=titles)
"""


async def test_an_application_that_somebody_began_to_make_async_is_finished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = migrated({"app.py": HALF})[0]["app.py"]
    assert "await await" not in text
    assert "(await await" not in text
    assert text.count("async with async_session() as session:") == 3
    module = ModuleType("app")
    monkeypatch.setitem(sys.modules, "app", module)
    exec(compile(text, "app.py", "exec"), module.__dict__)
    client = module.app.test_client()
    assert (await client.get("/start")).text == "started"
    assert (await client.get("/")).status_code == 401
    assert (await client.post("/login", data={"name": "nobody"})).text == "nobody"
    assert (await client.post("/login", data={"name": "Ann"})).text == "in"
    # The user's session was closed before the view began; its late attribute loads all the same.
    assert (await client.get("/")).text == "Ann: First"
    await module.engine.dispose()


def noted(code: str) -> list[str]:
    return [f.message for f in migrated({"app.py": START + textwrap.dedent(code)})[1] if f.code == "FQ206"]


@pytest.mark.parametrize("hook", ["app.before_request", "app.after_request", "blueprint.before_app_request"])
def test_a_hook_that_asks_for_the_user_in_every_request_is_named(hook: str) -> None:
    argument = "response" if "after" in hook else ""
    code = f"""
    blueprint = Blueprint("b", __name__)
    @{hook}
    def seen({argument}):
        if current_user.is_authenticated:
            current_user.seen = True
        return {argument or None}
    """
    (message,) = noted(code)
    assert message.startswith("seen asks for the user in every ")


def test_a_hook_that_decides_cheaply_first_is_not() -> None:
    code = """
    @app.before_request
    def seen():
        if request.endpoint == "static":
            return
        current_user.seen = True
    """
    assert noted(code) == []


def test_middleware_that_asks_for_the_user_stays_synchronous_and_is_marked() -> None:
    text = part(
        """
        class Audit:
            def __init__(self, app):
                self.app = app
            def __call__(self, environ, start_response):
                environ["user"] = current_user.id
                return self.app(environ, start_response)
        """
    )
    assert "    def __call__(self, environ, start_response):" in text
    assert "# migrate: FQ207 ask for the user in a before_request hook" in text


def test_a_test_asks_again_for_the_user_of_its_next_request() -> None:
    test = """
    from flask_login import current_user
    from app import app

    def test_signs_out():
        with app.test_client() as client:
            client.get("/in/1")
            assert current_user.is_authenticated
            assert current_user.name == "Ann"
            client.get("/out")
            assert not current_user.is_authenticated
    """
    texts, _ = migrated({"app.py": START, "tests/test_app.py": test})
    assert texts["tests/test_app.py"].count("(await current_user).") == 3


def test_the_user_is_asked_for_again_behind_what_may_sign_in_or_out() -> None:
    check(
        """
        def leave():
            login_user(User("2"))

        @app.route("/")
        def index():
            name = current_user.name
            leave()
            return name + str(current_user.is_authenticated)
        @app.route("/all")
        def every():
            for user_id in ("1", "2"):
                if current_user.is_authenticated and current_user.id == user_id:
                    continue
                login_user(User(user_id))
            return "all"
        """,
        """
        async def leave():
            await login_user(User("2"))

        @app.route("/")
        async def index():
            name = (await current_user).name
            await leave()
            return name + str((await current_user).is_authenticated)
        @app.route("/all")
        async def every():
            for user_id in ("1", "2"):
                user = await current_user
                if user.is_authenticated and user.id == user_id:
                    continue
                await login_user(User(user_id))
            return "all"
        """,
    )
    test = migrated(
        {
            "app.py": START,
            "test_app.py": textwrap.dedent("""
                import pytest
                from app import app
                from flask_login import current_user
                @pytest.fixture
                def client():
                    return app.test_client()
                def visit(client):
                    return client.get("/in/1")
                def test_a(client):
                    with app.test_request_context():
                        assert current_user.is_anonymous
                        visit(client)
                        assert current_user.id == "1"
                        assert current_user.name == "Ann"
            """),
        }
    )[0]["test_app.py"]
    assert test.count("await current_user") == 3
