import pytest

from bookshelf import cli
from bookshelf.models import User


def test_init_db(runner, monkeypatch):
    class Recorder:
        called = False

    def fake():
        Recorder.called = True

    monkeypatch.setattr(cli, "create_all", fake)
    result = runner.invoke(args=["init-db"])
    assert "The tables are there." in result.output
    assert Recorder.called


def test_drop_and_seed(runner):
    runner.invoke(args=["init-db", "--drop"])
    result = runner.invoke(args=["seed"])
    assert result.output == "7 books, 3 users.\n"


def test_seed_twice(runner):
    assert "There is something already." in runner.invoke(args=["seed"]).output


def test_list(runner):
    lines = runner.invoke(args=["user", "list"]).output.splitlines()
    assert lines[0] == "admin@example.com: admin"
    assert len(lines) == 3


@pytest.mark.parametrize("role", ["reader", "admin"])
def test_create(app, runner, role):
    result = runner.invoke(
        args=["user", "create", "New@example.com", "--role", role, "--password", "secret1"]
    )
    assert result.output == f"New ({role})\n"
    with app.app_context():
        assert User.by_email("new@example.com").has_role(role)


def test_create_known(runner):
    result = runner.invoke(cli.create_user, ["reader@example.com", "--password", "secret1"])
    assert result.exit_code == 1
    assert "is there already" in result.output
