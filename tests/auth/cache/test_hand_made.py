"""Caches that people make by hand: on Flask a deactivated user is still let in; migrated, they are refused at once."""

from __future__ import annotations

import secrets
import sys
import textwrap
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client

from quart_app.testing import QuartClient
from tests.migrate_tool.programs import migrated

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flask_login  # noqa: F401

START = """
import pickle
import redis
from flask import Flask
from flask_caching import Cache
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.secret_key = "a key"
app.config["SQLALCHEMY_DATABASE_URI"] = "@DATABASE"
app.config["CACHE_TYPE"] = "SimpleCache"
db = SQLAlchemy(app)
login_manager = LoginManager(app)
cache = Cache(app)
store = redis.Redis.from_url("@REDIS")
users = {}

class User(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    active = db.Column(db.Boolean, default=True)
    @property
    def is_active(self):
        return self.active
"""
VIEWS = """
@app.route("/setup")
def setup():
    db.create_all()
    db.session.add(User(id=1, name="ada"))
    db.session.commit()
    return "done"

@app.route("/login")
def login():
    return str(login_user(db.session.get(User, 1)))

@app.route("/who")
@login_required
def who():
    return current_user.name

@app.route("/deactivate")
def deactivate():
    db.session.get(User, 1).active = False
    db.session.commit()
    @FORGET
    return "done"
"""
LOADERS = {
    "not in": """
        @login_manager.user_loader
        def load_user(user_id):
            if user_id not in users:
                users[user_id] = db.session.get(User, int(user_id))
            return users[user_id]
        """,
    "in": """
        @login_manager.user_loader
        def load_user(user_id):
            if user_id in users:
                return users[user_id]
            user = db.session.get(User, int(user_id))
            users[user_id] = user
            return user
        """,
    "get": '''
        @login_manager.user_loader
        def load_user(user_id):
            """Load a user."""
            user = users.get(user_id)
            if user is None:
                user = User.query.filter_by(id=int(user_id)).first()
                if user is not None:
                    users[user_id] = user
            return user
        ''',
    "pickled": """
        @login_manager.user_loader
        def load_user(user_id):
            key = f"@PREFIX:{user_id}"
            data = store.get(key)
            if data:
                return pickle.loads(data)
            user = db.session.get(User, int(user_id))
            if user:
                store.setex(key, 300, pickle.dumps(user))
            return user
        """,
    "pickled, else": """
        @login_manager.user_loader
        def load_user(user_id):
            data = store.get("@PREFIX:%s" % user_id)
            if data is None:
                user = db.session.get(User, int(user_id))
                data = pickle.dumps(user)
                store.set("@PREFIX:%s" % user_id, data)
            else:
                user = pickle.loads(data)
            return user
        """,
    "memoize": """
        @login_manager.user_loader
        @cache.memoize(300)
        def load_user(user_id):
            return db.session.get(User, int(user_id))
        """,
    "cached": """
        @login_manager.user_loader
        @cache.cached(key_prefix="@PREFIX", timeout=300)
        def load_user(user_id):
            return db.session.get(User, int(user_id))
        """,
}
#: The pickle is kept, the row returned; the second request gets bytes.
BYTES = """
@login_manager.user_loader
def load_user(user_id):
    user = store.get("@PREFIX:" + user_id)
    if user is None:
        user = db.session.get(User, int(user_id))
        store.set("@PREFIX:" + user_id, pickle.dumps(user))
    return user
"""


def close(module: Any) -> None:
    """Close what a program on Flask holds: to leave it to the garbage collector is a warning since Python 3.13."""
    with module.app.app_context():
        module.db.session.remove()
        module.db.engine.dispose()
    module.store.close()


class Programs:
    """Runs a program before and after."""

    def __init__(self, folder: Path, redis: str, prefix: str) -> None:
        self.folder, self.redis, self.prefix = folder, redis, prefix
        self.modules: list[str] = []

    def text(self, loader: str, side: str, forget: str = "pass", url: str = "") -> str:
        text = START + textwrap.dedent(loader) + VIEWS
        for name, value in {
            "@DATABASE": url or f"sqlite:///{self.folder / side}.db",
            "@REDIS": self.redis,
            "@PREFIX": f"{self.prefix}-{side}",
            "@FORGET": forget,
        }.items():
            text = text.replace(name, value)
        return text

    def module(self, text: str) -> Any:
        name = f"hand_made_{secrets.token_hex(4)}"
        module = sys.modules[name] = types.ModuleType(name)
        self.modules.append(name)
        exec(compile(text, name, "exec"), module.__dict__)
        return module

    def on_flask(self, loader: str) -> list[int]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = self.module(self.text(loader, "flask"))
            client = module.app.test_client()
            paths = ("/setup", "/login", "/who", "/who", "/deactivate", "/who")
            answers = [client.get(path).status_code for path in paths]
            close(module)
            return answers

    async def on_quart(self, loader: str, forget: str = "pass", url: str = "") -> tuple[list[int], str]:
        texts, _ = migrated({"app.py": self.text(loader, "quart", forget, url)})
        module = self.module(texts["app.py"])
        client: Any = QuartClient(module.app)
        paths = ("/setup", "/login", "/who", "/who", "/deactivate", "/who")
        answers = [(await client.get(path)).status_code for path in paths]
        async with module.app.app_context():
            await module.db.dispose()
        return answers, texts["app.py"]


@pytest.fixture
def programs(tmp_path: Path, redis_url: str) -> Iterator[Programs]:
    made = Programs(tmp_path, redis_url, f"fq-test-hand-made-{secrets.token_hex(4)}")
    yield made
    for name in made.modules:
        del sys.modules[name]
    with redis_client.Redis.from_url(redis_url) as client:
        for key in client.scan_iter(f"{made.prefix}*"):
            client.delete(key)


IN, OUT = [200, 200, 200, 200, 200, 200], [200, 200, 200, 200, 200, 401]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("loader", LOADERS.values(), ids=list(LOADERS))
async def test_a_deactivated_user_is_let_in_before_and_refused_after(
    programs: Programs, loader: str, database: str, make_postgres_database: Callable[[], str]
) -> None:
    if database == "sqlite":
        assert programs.on_flask(loader) == IN  # the trouble
    url = make_postgres_database() if database == "postgres" else ""
    answers, text = await programs.on_quart(loader, url=url)
    assert answers == OUT, text
    assert "migrate: FQ215" not in text


async def test_a_pickle_returned_as_a_user_is_an_error_before_and_right_after(programs: Programs) -> None:
    module = programs.module(programs.text(BYTES, "flask"))
    module.app.testing = True
    client = module.app.test_client()
    assert [client.get(path).status_code for path in ("/setup", "/login", "/who")] == [200, 200, 200]
    with pytest.raises(AttributeError, match="bytes"):
        client.get("/who")
    close(module)
    answers, text = await programs.on_quart(BYTES)
    assert answers == OUT, text


async def test_what_forgot_a_memoized_user_has_nothing_left_to_forget(programs: Programs) -> None:
    answers, text = await programs.on_quart(LOADERS["memoize"], 'cache.delete_memoized(load_user, "1")')
    assert answers == OUT, text
    assert "delete_memoized" not in text


MARKED = {
    "try": """
        @login_manager.user_loader
        def load_user(user_id):
            try:
                return users[user_id]
            except KeyError:
                users[user_id] = db.session.get(User, int(user_id))
                return users[user_id]
        """,
    "age": """
        @login_manager.user_loader
        def load_user(user_id):
            if user_id in users and users[user_id].name != "new":
                return users[user_id]
            user = db.session.get(User, int(user_id))
            users[user_id] = user
            return user
        """,
}
LEFT = {
    "no cache": """
        @login_manager.user_loader
        def load_user(user_id):
            if user_id in users:
                return None
            return db.session.get(User, int(user_id))
        """,
    "users who are nowhere else": """
        class Visitor(UserMixin):
            def __init__(self, id):
                self.id = id

        @login_manager.user_loader
        def load_user(user_id):
            if user_id not in users:
                users[user_id] = Visitor(user_id)
            return users[user_id]
        """,
    "another function": """
        def load_user(user_id):
            if user_id not in users:
                users[user_id] = db.session.get(User, int(user_id))
            return users[user_id]
        """,
}


@pytest.mark.parametrize("loader", MARKED.values(), ids=list(MARKED))
def test_what_cannot_be_told_from_the_rest_is_marked(programs: Programs, loader: str) -> None:
    text = migrated({"app.py": programs.text(loader, "quart")})[0]["app.py"]
    assert "# migrate: FQ215 load_user keeps users in a cache that is not told of changes" in text


@pytest.mark.parametrize("loader", LEFT.values(), ids=list(LEFT))
def test_what_is_no_cache_of_a_loader_stays(programs: Programs, loader: str) -> None:
    findings = migrated({"app.py": programs.text(loader, "quart")})[1]
    assert "FQ215" not in {finding.code for finding in findings}
