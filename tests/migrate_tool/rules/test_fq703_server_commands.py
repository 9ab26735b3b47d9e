"""Commands of servers, in every kind of file and form."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path
from typing import Any

import hypercorn.__main__
import pytest
from hypercorn.config import Config

from migrate_tool.files.server_commands import translate
from migrate_tool.files.shell import replace_commands, written

from .trees import FLASK_APP, around, migrate

PROGRAMS = ("gunicorn", "uwsgi", "waitress-serve", "flask")


def new(text: str) -> str:
    """The text with its commands translated."""

    def change(command: Any) -> str:
        result = translate(
            command, lambda name: ("hypercorn.toml", "site:app") if name == "site.ini" else None
        )
        return written(command, result.program, result.words)

    return replace_commands(text, PROGRAMS, change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("gunicorn app:app", "hypercorn app:app"),
        ("gunicorn wsgi", "hypercorn wsgi:application"),
        ("gunicorn -b :5000 -w4 app:app", "hypercorn -b :5000 -w4 app:app"),
        ("gunicorn 'app:create_app(\"x\")'", "hypercorn 'app:create_app(\"x\")'"),
        ("gunicorn -k gevent --worker-connections=1000 -t 30 app:app", "hypercorn app:app"),
        ("gunicorn --worker-class=eventlet -w 1 --preload app:app", "hypercorn -w 1 app:app"),
        ("gunicorn --log-file=- --pid x.pid app:app", "hypercorn --error-logfile - --pid x.pid app:app"),
        ("gunicorn --bind 0.0.0.0:$PORT ${APP}", "hypercorn --bind 0.0.0.0:$PORT ${APP}"),
        ("gunicorn --bind 0.0.0.0:$PORT $APP", "hypercorn --bind 0.0.0.0:$PORT $APP"),
        ("waitress-serve app:app", "hypercorn -b 0.0.0.0:8080 app:app"),
        (
            "waitress-serve --listen=*:80 --url-prefix=/x app:app",
            "hypercorn -b 0.0.0.0:80 --root-path /x app:app",
        ),
        ("waitress-serve --call app:create_app", 'hypercorn -b 0.0.0.0:8080 "app:create_app()"'),
        ("uwsgi --http :80 --master -p 4 -w app:app", "hypercorn -b :80 --workers 4 app:app"),
        (
            "uwsgi --socket /tmp/a.sock --wsgi-file a/b.py --callable app",
            "hypercorn -b unix:/tmp/a.sock a.b:app",
        ),
        ("uwsgi site.ini", "hypercorn -c hypercorn.toml site:app"),
        ("flask run -h 0.0.0.0 --with-threads --debugger", "quart run -h 0.0.0.0"),
        ("flask --app shop --debug run", "quart --app shop --debug run"),
        ("flask db upgrade --sql", "quart db upgrade --sql"),
        ("flask user create --port x", "quart user create --port x"),
    ],
)
def test_options_are_translated(before: str, after: str) -> None:
    assert new(before) == after
    assert new(after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("web: gunicorn app:app", "web: hypercorn app:app"),
        ("CMD gunicorn app:app", "CMD hypercorn app:app"),
        (
            'CMD ["gunicorn", "-w", "2", "app:create_app()"]',
            'CMD ["hypercorn", "-w", "2", "app:create_app()"]',
        ),
        ('ENTRYPOINT ["poetry", "run", "gunicorn"]', 'ENTRYPOINT ["poetry", "run", "hypercorn"]'),
        ("RUN flask init && gunicorn app:app", "RUN quart init && hypercorn app:app"),
        ("    command: gunicorn app:app  # web", "    command: hypercorn app:app  # web"),
        ('    command: "gunicorn -t 9 app:app"', '    command: "hypercorn app:app"'),
        (
            "    command: bash -c 'flask db upgrade && gunicorn app:app'",
            "    command: bash -c 'quart db upgrade && hypercorn app:app'",
        ),
        ('    command: sh -c "gunicorn --call app:app -w 2"', None),
        (
            "command:\n  - gunicorn\n  - --timeout\n  - '9'\n  - app:app\nports: []",
            "command:\n  - hypercorn\n  - app:app\nports: []",
        ),
        (
            "command: >\n  gunicorn\n  -t 9\n  app:app\nports: []",
            "command: >\n  hypercorn\n  app:app\nports: []",
        ),
        (
            "ExecStart=/srv/venv/bin/gunicorn -w 3 \\\n  -t 9 \\\n  app:app\n",
            "ExecStart=/srv/venv/bin/hypercorn -w 3 \\\n  app:app\n",
        ),
        ("command=/srv/bin/gunicorn app:app", "command=/srv/bin/hypercorn app:app"),
        ("\t@FLASK_X=1 flask run\n", "\t@FLASK_X=1 quart run\n"),
        ("exec gunicorn app:app > log 2>&1 &", "exec hypercorn app:app > log 2>&1 &"),
        ("python -m flask run", "python -m quart run"),
        ("      - run: poetry run flask test", "      - run: poetry run quart test"),
        ('"start": "gunicorn app:app",', '"start": "hypercorn app:app",'),
        ("if true; then gunicorn app:app; fi", "if true; then hypercorn app:app; fi"),
        ("docker-compose run --rm web flask db upgrade", "docker-compose run --rm web quart db upgrade"),
    ],
)
def test_commands_are_found_in_their_surroundings(before: str, after: str | None) -> None:
    if after is not None:
        assert new(before) == after
    assert new(new(before)) == new(before)


@pytest.mark.parametrize(
    "text",
    [
        "# gunicorn app:app",
        "echo gunicorn app:app",
        'echo "gunicorn app:app"',
        "Description=gunicorn app",
        "Description=The flask application",
        "cd flask",
        "rm -rf /run/gunicorn",
        "kill gunicorn",
        "name: my flask app",
        "[program:gunicorn]",
        "  - flask-login",
        "apt-get install gunicorn",
        "bind: unix:/run/gunicorn.sock",
        "services:\n  flask:\n    build: .",
        "COPY flask /srv/flask",
        "pip install flask",
    ],
)
def test_what_is_no_command_is_left_alone(text: str) -> None:
    assert new(text) == text


@pytest.mark.parametrize(
    "before",
    [
        "gunicorn -b :5000 -w4 -k gevent --log-file=- --access-logfile - -t 30 --graceful-timeout 5 app:app",
        "gunicorn --keep-alive 5 --max-requests=10 --max-requests-jitter 2 -m 022 -u www -g www -p x.pid --reload app:app",
        "waitress-serve --host=127.0.0.1 --port=8041 --url-prefix=/a --threads=3 app:app",
        "uwsgi --http-socket :80 --processes 2 --uid www --pidfile x --logto y --module app:app",
    ],
)
def test_hypercorn_understands_the_result(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    configs: list[Config] = []
    monkeypatch.setattr(hypercorn.__main__, "run", configs.append)
    with contextlib.suppress(SystemExit):
        hypercorn.__main__.main(shlex.split(new(before))[1:])
    assert configs[0].application_path == "app:app"


def test_what_needs_a_human_is_reported(tmp_path: Path) -> None:
    tree = {"app.py": FLASK_APP, "boot.sh": "gunicorn --chdir src --paste x.ini app:app\n"}
    result, outcome = migrate(tree, tmp_path / "tree")
    assert result["boot.sh"] == "hypercorn app:app\n"
    assert [finding.message.split(":")[0] for finding in outcome.left] == [
        "gunicorn --chdir src",
        "gunicorn --paste x.ini",
    ]


def test_gunicorns_python_settings_become_toml(tmp_path: Path) -> None:
    settings = 'import os\nbind = "0.0.0.0:80"\nworkers = os.cpu_count()\nkeepalive = 5\nworker_class = "gevent"\ntimeout = 30\n'
    tree = {"app.py": FLASK_APP, "gunicorn.conf.py": settings, "Procfile": "web: gunicorn app:app\n"}
    result, outcome = migrate(tree, tmp_path / "tree")
    assert result["hypercorn.toml"] == 'bind = "0.0.0.0:80"\nkeep_alive_timeout = 5\n'
    assert result["Procfile"] == "web: hypercorn -c hypercorn.toml app:app\n"
    assert result["gunicorn.conf.py"] == settings
    assert [finding.message for finding in outcome.left] == [
        "workers = os.cpu_count(): give it on the command line"
    ]
    assert not migrate(result, tmp_path / "again")[1].left


def test_what_an_image_installs_by_hand_follows(tmp_path: Path) -> None:
    tree = {
        "Dockerfile": "FROM python:3.12\nRUN pip install --no-cache-dir Flask==2.0 flask-login 'gunicorn>20' six\n"
    }
    after = "FROM python:3.12\nRUN pip install --no-cache-dir quart flask-to-quart hypercorn six\n"
    assert around(tree, tmp_path)["Dockerfile"] == after


def test_an_image_that_starts_its_own_server_is_reported(tmp_path: Path) -> None:
    tree = {
        "app.py": FLASK_APP,
        "Dockerfile": "# web\nFROM tiangolo/uwsgi-nginx-flask:python3.12\nCOPY . /app\n",
    }
    result, outcome = migrate(tree, tmp_path / "tree")
    assert result["Dockerfile"] == tree["Dockerfile"]
    assert [(finding.path, finding.line) for finding in outcome.left] == [("Dockerfile", 2)]


def test_a_platform_that_says_the_port_in_its_environment_is_told_where_to_listen(tmp_path: Path) -> None:
    result = around({"render.yaml": "services:\n  - startCommand: gunicorn -w 2 app:app\n"}, tmp_path)
    assert (
        "    startCommand: hypercorn -b 0.0.0.0:${PORT:-8000} -w 2 app:app\n".strip() in result["render.yaml"]
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"keywords": ["flask", "heroku"]}',
        '{"keywords": [\n    "python",\n    "flask",\n    "heroku"\n  ]}',
        "tags = ['flask', 'run']",
        '["python3", "flask", "run"]',
        'DEP002 = [\n  "Jinja2",\n  "gunicorn",\n  "psycopg2"\n]',
    ],
)
def test_a_list_of_words_that_is_no_command_stays(text: str) -> None:
    assert new(text) == text


def test_a_list_that_is_a_command() -> None:
    assert (
        new('CMD ["python", "-m", "gunicorn", "app:app"]') == 'CMD ["python", "-m", "hypercorn", "app:app"]'
    )
    assert new('["sh", "-c", "gunicorn app:app"]') == '["sh", "-c", "hypercorn app:app"]'
