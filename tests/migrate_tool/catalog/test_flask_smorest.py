"""Flask-Smorest: a page may be made around a query."""

from __future__ import annotations

from tests.migrate_tool.programs import after


def test_a_page_counts_what_may_be_a_query() -> None:
    text = after(
        "from flask_smorest import Page\n"
        "class CursorPage(Page):\n"
        "    @property\n    def item_count(self):\n        return self.collection.count()\n"
    )
    assert "return maybe_wait(self.collection.count())" in text
