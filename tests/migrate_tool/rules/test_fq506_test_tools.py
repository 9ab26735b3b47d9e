"""What tests hand to others: finalizers, applications that are called through WSGI."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated, with_app


def fixture(body: str) -> str:
    code = (
        "import pytest\nimport atexit\nfrom webtest import TestApp\n"
        f"@pytest.fixture\ndef ready(request):\n    ctx = app.app_context()\n    {body}\n"
    )
    once, _ = migrated(with_app(code))
    assert migrated(once)[0] == once
    return once["code.py"].partition("ctx = app.app_context()\n")[2].strip()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("request.addfinalizer(db.drop_all)", "request.addfinalizer(lambda: run(db.drop_all()))"),
        ("request.addfinalizer(ctx.pop)", "request.addfinalizer(lambda: run(ctx.pop()))"),
        ("request.addfinalizer(lambda: db.drop_all())", "request.addfinalizer(lambda: run(db.drop_all()))"),
        ("atexit.register(db.session.remove)", "atexit.register(lambda: run(db.session.remove()))"),
        ("request.addfinalizer(print)", "request.addfinalizer(print)"),
        ("client = TestApp(app)", "client = TestApp(app.wsgi_app)"),
        ("client = TestApp(ctx)", "client = TestApp(ctx)"),
    ],
)
def test_what_is_handed_over(before: str, after: str) -> None:
    assert fixture(before) == after


def test_a_finalizer_runs_outside_of_the_loop() -> None:
    body = "def close():\n        db.drop_all()\n    request.addfinalizer(close)"
    assert "        run(db.drop_all())\n" in fixture(body)
