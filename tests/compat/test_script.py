"""Flask-Script's managers and commands on Quart."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from quart import current_app

from quart_app import Quart
from quart_app.compat import script


@pytest.fixture
def manager() -> Any:
    return script.Manager(Quart("app"))


async def named(name: str) -> str:
    await asyncio.sleep(0)
    return f"{current_app.name} {name}"


def test_functions_take_what_their_parameters_say(manager: Any) -> None:
    calls = []

    @manager.command
    async def greet(name: str, greeting: str = "Hello", loud: bool = False) -> int:
        calls.append((await named(name), greeting, loud))
        return 3

    @manager.command
    def plain() -> None:
        calls.append((current_app.name, "", False))

    assert manager.handle("manage.py", ["greet", "ann", "--greeting", "Hi", "-l"]) == 3
    manager.handle("manage.py", ["greet", "bob"])
    manager.handle("manage.py", ["plain"])
    assert calls == [("app ann", "Hi", True), ("app bob", "Hello", False), ("app", "", False)]


def test_options_are_written_above_the_function(manager: Any) -> None:
    calls = []

    @manager.option("-n", "--name", dest="name", default="joe")
    @manager.option("-t", "--times", dest="times", type=int)
    async def greet(name: str, times: int) -> None:
        calls.append((await named(name), times))

    manager.handle("manage.py", ["greet", "-t", "2"])
    assert calls == [("app joe", 2)]


def test_classes_and_other_managers_are_commands(manager: Any) -> None:
    calls = []

    class Greet(script.Command):
        """Say hello."""

        option_list = (script.Option("--name", dest="name"),)

        async def run(self, name: str) -> None:
            calls.append(await named(name))

    class Rest(script.Command):
        capture_all_args = True

        def run(self, rest: list[str]) -> None:
            calls.append(" ".join(rest))

    users = script.Manager()
    users.add_command("greet", Greet())
    manager.add_command("users", users)
    manager.add_command("greet", Greet)
    manager.add_command(Rest())
    manager.handle("manage.py", ["users", "greet", "--name", "ann"])
    manager.handle("manage.py", ["greet", "--name", "bob"])
    manager.handle("manage.py", ["rest", "-x", "1"])
    assert calls == ["app ann", "app bob", "-x 1"]


def test_a_factory_is_given_the_manager_s_options(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = script.Manager(lambda config: Quart(config))
    manager.add_option("-c", "--config", dest="config", default="none")
    calls = []

    @manager.command
    def which() -> int:
        calls.append(current_app.name)
        return 4

    monkeypatch.setattr(sys, "argv", ["manage.py", "-c", "testing", "which"])
    with pytest.raises(SystemExit) as ended:
        manager.run()
    assert (ended.value.code, calls) == (4, ["testing"])


def test_the_commands_of_migrations_belong_to_a_manager_too(manager: Any, capsys: Any) -> None:
    manager.add_command("db", script.MigrateCommand)
    manager.handle("manage.py", ["db", "list-templates"])
    assert "quart" in capsys.readouterr().out


def test_what_there_is_not_is_said(manager: Any, capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        manager.handle("manage.py", ["nothing"])
    assert ended.value.code == 2
    assert "invalid choice: 'nothing'" in capsys.readouterr().err
    with pytest.raises(AttributeError):
        script.Nothing  # noqa: B018 - the attribute is the question


def test_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["", "yes", "", "no", "ann", "x", "b"])
    monkeypatch.setattr("builtins.input", lambda _shown: next(answers))
    assert script.prompt_bool("Sure", default=True)
    assert script.prompt_bool("Sure")
    assert not script.prompt_bool("Sure")
    assert not script.prompt_bool("Sure", default=True)
    assert script.prompt("Name") == "ann"
    assert script.prompt_choices("Which", ["a", "b"]) == "b"
