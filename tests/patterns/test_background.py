"""Background work that asks for the request: each shape on Flask, where it fails, and after the migration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migrate_tool import pipeline
from migrate_tool.explaining import explain

from .programs import Program, both

SHARED = {
    "core.py": """
        import os

        from flask import Flask
        from flask_login import LoginManager, UserMixin
        from flask_sqlalchemy import SQLAlchemy

        app = Flask(__name__)
        app.secret_key = "key"
        app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite:///lines.db")
        db = SQLAlchemy(app)
        manager = LoginManager(app)


        class User(UserMixin, db.Model):
            id = db.Column(db.Integer, primary_key=True)


        class Line(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            action = db.Column(db.String)
            user_id = db.Column(db.Integer)
            source = db.Column(db.String)


        @manager.user_loader
        def load_user(user_id):
            return db.session.get(User, int(user_id))
    """,
    "audit.py": """
        from flask_login import current_user

        from core import Line, db


        def record(action):
            db.session.add(Line(action=action, user_id=current_user.id))
            db.session.commit()
    """,
    "services.py": """
        import audit


        class Exporter:
            def __init__(self, name):
                self.name = name

            def run(self):
                audit.record("export " + self.name)
    """,
    "jobs.py": """
        from core import app
        from services import Exporter


        def export(name):
            with app.app_context():
                Exporter(name).run()
    """,
    "scene.py": """
        import logging
        import threading
        import time

        from core import Line, User, app, db
        import views

        errors = []


        class Note(logging.Handler):
            def emit(self, record):
                if record.exc_info:
                    errors.append(record.exc_info[0].__name__)


        def scene():
            threading.excepthook = lambda failed: errors.append(failed.exc_type.__name__)
            logging.getLogger().addHandler(Note(logging.ERROR))
            with app.app_context():
                db.create_all()
                db.session.add(User(id=7))
                db.session.commit()
            nobody = app.test_client()
            answers = [nobody.post("/start/anonymous", headers={"X-From": "there"}).status_code]
            client = app.test_client()
            client.post("/in")
            answers.append(client.post("/start/mine", headers={"X-From": "here"}).status_code)
            for _ in range(40):
                time.sleep(0.05)
                rows = client.get("/lines").get_json()
                if len(rows) + len(errors) >= 3:
                    break
            return {"answers": answers, "rows": sorted(rows, key=str), "errors": errors}
    """,
}
VIEWS = """
    from flask import jsonify
    from flask_login import login_user

    import audit
    from core import Line, User, app, db
    from jobs import export
    {imports}


    @app.route("/in", methods=["POST"])
    def sign_in():
        login_user(db.session.get(User, 7))
        audit.record("in")
        return "in"


    @app.route("/lines")
    def lines():
        return jsonify([[line.action, line.user_id] for line in Line.query.all()])


    @app.route("/start/<name>", methods=["POST"])
    def start(name):
        {start}
        return "started"
"""
SHAPES: dict[str, tuple[str, str]] = {
    "thread": ("from threading import Thread", "Thread(target=export, args=(name,)).start()"),
    "thread-kwargs": ("import threading", 'threading.Thread(target=export, kwargs={"name": name}).start()'),
    "thread-computed-kwargs": (
        "import threading",
        "threading.Thread(target=export, kwargs=dict(name=name)).start()",
    ),
    "timer": ("from threading import Timer", "Timer(0.01, export, [name]).start()"),
    "pool": (
        "from concurrent.futures import ThreadPoolExecutor\n    pool = ThreadPoolExecutor(2)",
        "pool.submit(export, name)",
    ),
    "celery-delay": (
        "from celery import shared_task\n\n    @shared_task\n    def task(name):\n        export(name)\n",
        "task.delay(name)",
    ),
    "celery-async": (
        "from celery import shared_task\n\n    @shared_task\n    def task(name):\n        export(name)\n",
        "task.apply_async(args=[name])",
    ),
    "rq": ("from rq import Queue\n    queue = Queue()", "queue.enqueue(export, name)"),
    "scheduler": (
        "from apscheduler.schedulers.background import BackgroundScheduler\n    scheduler = BackgroundScheduler()",
        "scheduler.add_job(export, 'date', args=[name])",
    ),
}


def program(imports: str, start: str, folder: Path, **others: str) -> tuple[Program, Program]:
    views = VIEWS.format(imports=imports, start=start)
    return both({**SHARED, "views.py": views, **others}, folder)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Give the URL of an empty database; None is the program's own SQLite file."""
    if request.param == "sqlite":
        return lambda: None
    make: Callable[[], str] = request.getfixturevalue("make_postgres_database")
    return lambda: make().replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_line_gets_its_user(shape: str, database: Callable[[], str | None], tmp_path: Path) -> None:
    flask, quart = program(*SHAPES[shape], tmp_path)
    before = flask.scene(database=database())
    assert before["rows"] == [["in", 7]]
    if shape != "pool":  # a pool keeps its errors to itself
        assert before["errors"] == ["AttributeError", "AttributeError"]
    assert quart.scene(database=database()) == {
        "answers": [200, 200],
        "rows": [["export anonymous", None], ["export mine", 7], ["in", 7]],
        "errors": [],
    }


def test_the_chain_goes_through_three_modules_and_explain_shows_it(tmp_path: Path) -> None:
    flask, quart = program(*SHAPES["thread"], tmp_path)
    # Called in a request, too: there it asks itself.
    assert "async def record(action, *, user_id=FROM_REQUEST):\n" in quart.files["audit.py"]
    assert "    async def run(self, *, user_id):\n" in quart.files["services.py"]
    assert 'audit.record("export " + self.name, user_id=user_id)' in quart.files["services.py"]
    assert "async def export(name, *, user_id):\n" in quart.files["jobs.py"]
    assert 'kwargs={"user_id": getattr(await current_user, "id", None)}).start()' in quart.files["views.py"]
    assert quart.outcome is not None
    (found,) = [item for item in quart.outcome.findings if item.code == "FQ402"]
    assert (found.path, found.action, found.safety) == ("views.py", "rewritten", "review")
    assert found.message == (
        "export -> Exporter.run (jobs.py:7) -> record (services.py:9) reads current_user.id (audit.py:7); "
        "it is passed as user_id"
    )
    text = "\n".join(explain(str(flask.folder / "audit.py") + "::record"))
    for step in (
        "starts jobs.py::export in a thread",
        "jobs.py:7 calls services.py::Exporter.run",
        "services.py:9 calls audit.py::record",
        "audit.py:7 reads current_user.id, and no request is there",
        "passed along as user_id",
    ):
        assert step in text


SERVICE = """
    from flask import request

    from core import Line, db


    class AuditService:
        @staticmethod
        def identity():
            return int(request.headers.get("Authorization").partition(" ")[2])

        @staticmethod
        def record(action):
            try:
                db.session.add(Line(action=action, user_id=AuditService.identity()))
                db.session.commit()
            except Exception:
                db.session.rollback()
"""
SERVICE_VIEWS = """
    from threading import Thread

    from flask import jsonify

    from audit import AuditService
    from core import Line, app


    def work(name):
        with app.app_context():
            AuditService.record("work " + name)


    @app.route("/start/<name>", methods=["POST"])
    def start(name):
        Thread(target=work, args=[name]).start()
        return "started"


    @app.route("/lines")
    def lines():
        return jsonify([[line.action, line.user_id] for line in Line.query.all()])
"""
SERVICE_SCENE = """
    import time

    import views
    from core import app, db


    def scene():
        with app.app_context():
            db.create_all()
        client = app.test_client()
        client.post("/start/x", headers={"Authorization": "Bearer 7"})
        for _ in range(10):
            time.sleep(0.05)
            rows = client.get("/lines").get_json()
        return rows
"""


def test_an_identity_out_of_a_header_reaches_a_log_that_swallows_its_errors(tmp_path: Path) -> None:
    files = {
        "core.py": SHARED["core.py"],
        "audit.py": SERVICE,
        "views.py": SERVICE_VIEWS,
        "scene.py": SERVICE_SCENE,
    }
    flask, quart = both(files, tmp_path)
    assert flask.scene() == []
    assert quart.scene() == [["work x", 7]]
    assert "    def identity(*, authorization):\n" in quart.files["audit.py"]
    assert (
        'kwargs={"authorization": request.headers.get("Authorization")}).start()' in quart.files["views.py"]
    )


def marked(files: dict[str, str], tmp_path: Path) -> list[str]:
    _, quart = both(files, tmp_path)
    assert quart.outcome is not None
    return [f"{mark.code} {mark.text}" for mark in quart.outcome.marks if mark.code.startswith("FQ4")]


def test_a_copy_of_the_context_that_is_made_in_the_thread_is_marked(tmp_path: Path) -> None:
    views = """
        from threading import Thread

        from flask import copy_current_request_context, request

        from core import app


        @app.route("/")
        def index():
            def work():
                @copy_current_request_context
                def inner():
                    print(request.path)
                inner()

            Thread(target=work).start()
            return "started"
    """
    (mark,) = marked({"core.py": SHARED["core.py"], "views.py": views}, tmp_path)
    assert "FQ403" in mark
    assert "call it where the work is started" in mark


def test_what_cannot_be_passed_is_marked_with_the_chain(tmp_path: Path) -> None:
    views = """
        from threading import Thread

        from flask_login import current_user

        from core import app


        def tell(user):
            print(user.id)


        def work():
            tell(current_user)


        @app.route("/")
        def index():
            Thread(target=work).start()
            return "started"
    """
    (mark,) = marked({"core.py": SHARED["core.py"], "views.py": views}, tmp_path)
    assert "FQ402 work reads current_user (views.py:13), where no request is" in mark


def test_work_with_a_context_of_its_own_is_left_alone(tmp_path: Path) -> None:
    views = """
        from threading import Thread

        from flask import copy_current_request_context, g, request

        from core import app


        def build():
            with app.test_request_context("/x"):
                print(request.path)


        def connect():
            with app.app_context():
                g.connection = object()
                print(g.connection)


        @app.route("/")
        def index():
            @copy_current_request_context
            def copied():
                print(request.path)

            for work in (build, connect):
                Thread(target=work).start()
            Thread(target=build).start()
            Thread(target=connect).start()
            Thread(target=copied).start()
            return "started"
    """
    files = {"core.py": SHARED["core.py"], "views.py": views}
    _, quart = both(files, tmp_path)
    assert quart.outcome is not None
    assert not [item for item in quart.outcome.findings if item.code in {"FQ402", "FQ403"}]


def test_several_values_travel_together(tmp_path: Path) -> None:
    views: dict[str, Any] = {
        "views.py": """
            from threading import Thread

            from flask import g, jsonify, request, session
            from flask_login import current_user

            from core import Line, app, db


            @app.before_request
            def tenant():
                g.tenant = request.headers.get("X-Tenant", "none")
                session["visits"] = 3


            def record(action, *parts, **more):
                who = current_user.get_id() if current_user.is_authenticated else "nobody"
                source = " ".join([who, request.remote_addr, g.tenant, str(session["visits"]), *parts])
                db.session.add(Line(action=action, source=source))
                db.session.commit()


            def work(name):
                with app.app_context():
                    record(name, "part")


            @app.route("/start/<name>", methods=["POST"])
            def start(name):
                Thread(None, work, None, (name,)).start()
                return "started"


            @app.route("/lines")
            def lines():
                record("direct")
                return jsonify([[line.action, line.source] for line in Line.query.order_by(Line.action).all()])
        """
    }
    scene = """
        import time

        import views
        from core import app, db


        def scene():
            with app.app_context():
                db.create_all()
            client = app.test_client()
            client.post("/start/later", headers={"X-Tenant": "one"})
            time.sleep(0.5)
            return client.get("/lines").get_json()
    """
    _, quart = both({"core.py": SHARED["core.py"], "scene.py": scene, **views}, tmp_path)
    assert quart.scene() == [["direct", "nobody 127.0.0.1 none 3"], ["later", "nobody 127.0.0.1 one 3 part"]]


def test_the_run_of_a_thread_class_and_a_scheduled_job_are_marked(tmp_path: Path) -> None:
    views = """
        from threading import Thread

        from apscheduler.schedulers.background import BackgroundScheduler

        import audit
        from core import app

        scheduler = BackgroundScheduler()


        class Worker(Thread):
            def run(self):
                audit.record("worker")


        @scheduler.scheduled_job("cron", hour=3)
        def nightly():
            audit.record("nightly")


        @app.route("/")
        def index():
            Worker().start()
            return "started"
    """
    files = {"core.py": SHARED["core.py"], "audit.py": SHARED["audit.py"], "views.py": views}
    marks = marked(files, tmp_path)
    assert [mark.partition(" reads ")[0] for mark in marks] == [
        "FQ402 nightly -> record (views.py:18)",
        "FQ402 Worker.run -> record (views.py:13)",
    ]
    assert "started at import, where there is no request" in marks[0]
    assert "passes no further arguments" in marks[1]


def test_a_copy_of_the_context_that_is_made_in_the_view_goes_on_working(tmp_path: Path) -> None:
    start = """@copy_current_request_context
        def work():
            audit.record("copied " + name)

        Thread(target=work).start()"""
    flask, quart = program(
        "from threading import Thread\n    from flask import copy_current_request_context", start, tmp_path
    )
    for side in (flask, quart):
        assert ["copied mine", 7] in side.scene()["rows"]
    assert quart.outcome is not None
    assert not [item for item in quart.outcome.findings if item.code in {"FQ402", "FQ403"}]


def test_flask_executor_becomes_ours_with_the_same_words(tmp_path: Path) -> None:
    pytest.importorskip("flask_executor")
    start = """future = executor.submit(export, name)
        future.add_done_callback(ended)
        job.submit("job of " + name)
        counted = executor.submit(len, name).result()
        return str(counted + sum(executor.map(len, [name, name])))"""
    imports = """from flask_executor import Executor
    executor = Executor(app)


    def ended(future):
        if future.exception() is None:
            audit.record("after")


    @executor.job
    def job(name):
        export(name)"""
    flask, quart = program(imports, start, tmp_path)
    assert "from quart_app.tasks import Executor" in quart.files["views.py"]
    assert 'executor.submit(export, name, user_id=getattr(user, "id", None))' in quart.files["views.py"]
    found = quart.scene()
    assert found["answers"] == [200, 200]
    assert ["export mine", 7] in found["rows"]
    assert ["export job of mine", 7] in found["rows"]
    assert ["export anonymous", None] in found["rows"]
    assert ["in", 7] in flask.scene()["rows"]


def test_a_method_that_is_called_on_objects_of_two_classes_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(
        "import threading\n\n"
        "from flask import Flask\n"
        "from flask_login import current_user\n\n"
        "app = Flask(__name__)\n\n\n"
        "class Plain:\n"
        "    def run(self):\n"
        "        print(current_user.id)\n\n\n"
        "class Fancy(Plain):\n"
        "    pass\n\n\n"
        "def work(fancy):\n"
        "    job = Fancy() if fancy else Plain()\n"
        "    job.run()\n\n\n"
        '@app.route("/")\n'
        "def start():\n"
        "    threading.Thread(target=work, args=(True,)).start()\n"
        '    return ""\n'
    )
    outcome = pipeline.check(tmp_path)
    assert [item.action for item in outcome.findings if item.code == "FQ402"] == ["rewritten"]
    (changed,) = [change.new for change in outcome.changes if change.path.name == "views.py"]
    assert "job.run(user_id=user_id)\n" in changed
