"""What annotations say, beside what is known without them."""

from __future__ import annotations

from .types import Instance, Types

#: What a class is annotated as in code that needs no more of it. A test's response is Flask's own, with a body that has arrived.
_SAID_OF = {
    "werkzeug.test.TestResponse": frozenset({"flask.Response", "werkzeug.wrappers.Response"}),
}


def beside(said: Types, known: Types) -> Types:
    """``said`` and ``known`` together, without what is said of something that is known to be more than that."""
    less = frozenset[str]().union(
        *(
            _SAID_OF.get(item.of, ())
            for item in known
            if isinstance(item, Instance) and isinstance(item.of, str)
        )
    )
    return known | {item for item in said if not (isinstance(item, Instance) and item.of in less)}
