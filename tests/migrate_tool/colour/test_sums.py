"""What is added to something is a tuple or a list, whatever else its name may stand for."""

from __future__ import annotations

from tests.migrate_tool.programs import after

CODE = """
import functools


def shown(f):
    @functools.wraps(f)
    def wrapped(*args, **kwargs):
        rv = f(*args, **kwargs)
        code = None
        if isinstance(rv, tuple):
            rv, code = rv + (None,) * (2 - len(rv))
        return rv, code

    return wrapped


@app.route("/users")
@shown
def users():
    return User.query
"""


def test_a_tuple_that_may_be_a_query_elsewhere_is_unpacked_as_it_is() -> None:
    assert "        rv, code = rv + (None,) * (2 - len(rv))\n" in after(CODE)
