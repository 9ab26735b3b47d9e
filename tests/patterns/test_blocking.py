"""Blocking calls: what was one thread's business stops everybody on an event loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from .programs import Program, both

APP = """
    import subprocess
    import sys
    import time

    import requests
    from flask import Flask, jsonify, request
    from flask_sqlalchemy import SQLAlchemy
    from werkzeug.security import check_password_hash, generate_password_hash

    from helpers import nap_of, title_of

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///blocking.db"
    db = SQLAlchemy(app)


    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        password_hash = db.Column(db.String)

        @property
        def password(self):
            raise AttributeError("password")

        @password.setter
        def password(self, password):
            self.password_hash = generate_password_hash(password)

        def verify(self, password):
            return check_password_hash(self.password_hash, password)


    @app.route("/sleep")
    def sleep():
        time.sleep(0.3)
        return "slept"


    @app.route("/nap")
    def nap():
        nap_of(0.3)
        return "slept"


    @app.route("/weather/<town>")
    def weather(town):
        return requests.get("http://weather.example/", params={"q": town}, timeout=5).json()["sky"]


    @app.route("/titles")
    def titles():
        found = [title_of(name) for name in request.args.getlist("name")]
        return jsonify(found + [sum(len(requests.get(name).text) for name in found)])


    @app.route("/user", methods=["POST"])
    def user():
        made = User(password="secret")
        db.session.add(made)
        db.session.commit()
        return str(User.query.get(made.id).verify("secret"))


    @app.route("/program")
    def program():
        return subprocess.run([sys.executable, "-c", "print('ran')"], capture_output=True, text=True).stdout
"""
HELPERS = """
    import time

    import requests


    def title_of(name):
        return requests.get("http://titles.example/" + name).text


    def nap_of(seconds):
        time.sleep(seconds)
"""
SCRIPT = """
    import time

    import requests

    from helpers import title_of


    def main():
        time.sleep(0)
        return requests.get("http://script.example").text + title_of("x")


    if __name__ == "__main__":
        print(main())
"""
TEST = """
    from unittest import mock

    import pytest

    import script
    from app import app, db


    @pytest.fixture
    def client():
        with app.app_context():
            db.create_all()
            yield app.test_client()
            db.drop_all()


    @mock.patch("app.requests.get")
    def test_weather(get, client):
        get.return_value.json.return_value = {"sky": "blue"}
        assert client.get("/weather/rome").data == b"blue"
        get.assert_called_once_with("http://weather.example/", params={"q": "rome"}, timeout=5)


    def test_titles(client, monkeypatch):
        class Answer:
            def __init__(self, url):
                self.text = url.rpartition("/")[2].title()

        monkeypatch.setattr("requests.get", Answer)
        assert client.get("/titles?name=one&name=two").get_json() == ["One", "Two", 6]


    @mock.patch("helpers.requests.get", side_effect=OSError("down"))
    def test_errors_come_out(get, client):
        with pytest.raises(OSError, match="down"):
            app.testing = True
            client.get("/titles?name=one")


    def test_user(client):
        assert client.post("/user").data == b"True"


    def test_program(client):
        assert client.get("/program").data.strip() == b"ran"


    @mock.patch("requests.get")
    def test_script(get):
        get.return_value.text = "a"
        assert script.main() == "aa"
"""
SLEEPY = (
    TEST
    + """

    @mock.patch("time.sleep")
    def test_sleep(sleep, client):
        assert client.get("/sleep").data == b"slept"
        sleep.assert_called_once_with(0.3)
"""
)
#: Eight requests at once, with a slow ``requests.get`` and slow hashes: how long they take, and how late a clock ticks meanwhile.
CROWD = """
import asyncio, json, sys, time
sys.path.insert(0, ".")
import app as module, requests
class Answer:
    text = "x"
    def __init__(self, *args, **kwargs): time.sleep(0.3)
    def json(self): return {"sky": "blue"}
requests.get = Answer
async def main():
    async with module.app.app_context():
        await module.db.create_all()
    late = 0.0
    async def tick():
        nonlocal late
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            late = max(late, time.perf_counter() - before - 0.01)
    took = {}
    for path in ("/sleep", "/nap", "/weather/rome", "/titles?name=a"):
        clock = asyncio.create_task(tick())
        began = time.perf_counter()
        answers = await asyncio.gather(*[module.app.test_client().get(path) for _ in range(8)])
        took[path] = time.perf_counter() - began
        clock.cancel()
        assert {answer.status_code for answer in answers} == {200}, [answer.data for answer in answers]
    clock = asyncio.create_task(tick())
    assert (await module.app.test_client().post("/user")).data == b"True"
    clock.cancel()
    return {"took": took, "late": late}
print("@@" + json.dumps(asyncio.run(main())))
"""


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Program]:
    files = {"app.py": APP, "helpers.py": HELPERS, "script.py": SCRIPT, "test_app.py": TEST}
    return both(files, tmp_path_factory.mktemp("blocking"))


def test_the_programs_own_tests_still_pass_though_they_replace_what_blocks(
    sides: tuple[Program, Program],
) -> None:
    for side in sides:
        passed, failed, output = side.tests()
        assert (passed, failed) == (6, 0), output


def test_requests_no_longer_wait_for_each_other(sides: tuple[Program, Program]) -> None:
    found = sides[1].scene(CROWD)
    assert {
        path: seconds for path, seconds in found["took"].items() if seconds > 2
    } == {}  # one after the other: 2.4
    assert found["late"] < 0.29


def test_no_function_becomes_a_coroutine_to_sleep(sides: tuple[Program, Program]) -> None:
    quart = sides[1]
    assert quart.files["script.py"] == sides[0].files["script.py"]
    assert "\ndef nap_of(seconds):\n    in_thread(time.sleep, seconds)\n" in quart.files["helpers.py"]
    assert "    await asyncio.sleep(0.3)\n" in quart.files["app.py"]
    assert "self.password_hash = in_thread(generate_password_hash, password)" in quart.files["app.py"]
    assert "return in_thread(check_password_hash, self.password_hash, password)" in quart.files["app.py"]
    assert "async def" not in quart.files["helpers.py"]
    assert quart.outcome is not None
    found = {
        (item.code, item.action, item.safety) for item in quart.outcome.findings if item.code[:3] == "FQ8"
    }
    assert found == {
        ("FQ801", "rewritten", "review"),
        ("FQ802", "rewritten", "review"),
        ("FQ802", "bridged", "review"),
    }


def test_where_tests_replace_sleep_it_stays_in_a_thread(tmp_path: Path) -> None:
    files = {"app.py": APP, "helpers.py": HELPERS, "script.py": SCRIPT, "test_app.py": SLEEPY}
    sides = both(files, tmp_path)
    assert "    await asyncio.to_thread(time.sleep, 0.3)\n" in sides[1].files["app.py"]
    for side in sides:
        passed, failed, output = side.tests()
        assert (passed, failed) == (7, 0), output
