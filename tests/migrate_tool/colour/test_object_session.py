"""``object_session(book)`` is the session of the book: awaited, as all sessions are."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

SHELF = """
from sqlalchemy.orm{} import object_session
import sqlalchemy as sa
class Shelf(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    def fill(self):
        session = object_session(self) if self.id else db.session
        session.add(Note())
        session.commit()
        return sa.orm.object_session(self).query(Note).get(1)
    @property
    def size(self):
        return object_session(self).query(Note).count()
"""


@pytest.mark.parametrize("module", ["", ".session"])
def test_the_session_of_an_object_is_awaited(module: str) -> None:
    text = after(SHELF.format(module))
    assert "from quart_app.db.plain import object_session" in text
    assert "        await session.commit()" in text
    assert "return await plain.object_session(self).query(Note).get(1)" in text
    assert "return await object_session(self).query(Note).count()" in text
