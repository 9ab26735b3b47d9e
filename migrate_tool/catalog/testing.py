"""pytest and click: fixtures, marks, commands and their runners."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module, value

APIS: dict[str, Api] = {
    "pytest": module(),
    "pytest.fixture": decorator(Consumer.FIXTURE),
    "pytest.yield_fixture": decorator(Consumer.FIXTURE),
    "pytest_asyncio.fixture": decorator(Consumer.FIXTURE),
    "pytest.mark": value("pytest.MarkGenerator"),
    "pytest.MarkGenerator": cls(),
    "pytest.raises": fn("pytest.RaisesContext", takes={1: Consumer.CALLS}),
    "pytest.RaisesContext": cls(),
    "pytest.MarkGenerator.*": decorator(Consumer.PASSES),
    "pytest.fixtures.monkeypatch": value("pytest.MonkeyPatch"),
    # Of pytest-flask, where the project defines no fixture of that name itself.
    "pytest.fixtures.client": value("flask.testing.FlaskClient"),
    "pytest.fixtures.config": value("flask.Config"),
    "pytest.fixtures.request": value("pytest.FixtureRequest"),
    "pytest.FixtureRequest": cls(),
    # Called when the test is over and its loop rests.
    "pytest.FixtureRequest.addfinalizer": fn(takes={0: Consumer.WORKER}),
    # What the fixture of that name gives (migrate_tool/model/fixture_values.py).
    "pytest.FixtureRequest.getfixturevalue": fn(""),
    # Attributes of it are attributes of every test class (migrate_tool/model/members.py).
    "pytest.FixtureRequest.cls": value("pytest.FixtureRequest.cls.test"),
    "pytest.FixtureRequest.instance": value("pytest.FixtureRequest.cls.test"),
    "pytest.FixtureRequest.cls.test": cls(),
    "pytest.MonkeyPatch": cls(),
    **members(
        "pytest.MonkeyPatch",
        setattr=fn("", takes={1: Consumer.PASSES, 2: Consumer.PASSES}),
        setitem=fn("", takes={2: Consumer.PASSES}),
    ),
    # Cases that await their tests, but not what sets them up.
    **{
        name: cls(bases=("unittest.TestCase",))
        for name in ("aiounittest.AsyncTestCase", "asynctest.TestCase")
    },
    # These recognise coroutine functions, and what they set lasts until the coroutine is done.
    "freezegun.freeze_time": decorator(Consumer.PASSES),
    "time_machine.travel": decorator(Consumer.PASSES),
    # These do not: what they put around a coroutine function is over before it starts.
    **{
        name: decorator(Consumer.WRAPS)
        for name in (
            *("httpretty.activate", "httpretty.httprettified", "moto.mock_aws"),
            *("requests_mock.mock", "requests_mock.Mocker"),
        )
    },
    "click": module(),
    "click.command": decorator(Consumer.COMMAND, makes="click.Command"),
    "click.group": decorator(Consumer.COMMAND, makes="click.Group"),
    "click.option": decorator(Consumer.PASSES),
    "click.argument": decorator(Consumer.PASSES),
    "click.pass_context": decorator(Consumer.PASSES),
    "click.pass_obj": decorator(Consumer.PASSES),
    "click.confirmation_option": decorator(Consumer.PASSES),
    "click.password_option": decorator(Consumer.PASSES),
    "click.version_option": decorator(Consumer.PASSES),
    "click.help_option": decorator(Consumer.PASSES),
    "click.Group": cls(bases=("click.Command",)),
    "click.Command": cls(),
    "click.Group.command": decorator(Consumer.COMMAND, makes="click.Command"),
    "click.Group.group": decorator(Consumer.COMMAND, makes="click.Group"),
    "click.Group.add_command": fn(takes={0: Consumer.PASSES}),
    "click.testing.CliRunner": cls(),
    "click.testing.CliRunner.invoke": fn("click.testing.Result", takes={0: Consumer.PASSES}),
    "flask.testing.FlaskCliRunner.invoke": fn("click.testing.Result", takes={0: Consumer.PASSES}),
    "click.testing.Result": cls(),
    "blinker.Signal": cls(),
    "blinker.Signal.connect": decorator(Consumer.AWAITS, takes={0: Consumer.AWAITS}),
    "blinker.Signal.connect_via": decorator(Consumer.AWAITS),
    "blinker.Signal.disconnect": fn(takes={0: Consumer.PASSES}),
    "werkzeug.utils.cached_property": decorator(Consumer.ATTRIBUTE),
}

ALIASES: dict[str, str] = {
    "aiounittest.case.AsyncTestCase": "aiounittest.AsyncTestCase",
    "_pytest.fixtures.fixture": "pytest.fixture",
    "_pytest.fixtures.FixtureRequest": "pytest.FixtureRequest",
    "_pytest.fixtures.SubRequest": "pytest.FixtureRequest",
}
