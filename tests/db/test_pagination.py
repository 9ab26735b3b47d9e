from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from flask_sqlalchemy.pagination import Pagination as Control
from werkzeug.exceptions import NotFound

from quart_app.db import Pagination

from .library import Library, opened


@pytest.fixture
async def library(database: str) -> AsyncIterator[Library]:
    async with opened(Library(database), filled=False) as library:
        library.db.session.add_all(library.Tag(name=f"tag {number:02}") for number in range(45))
        await library.db.session.commit()
        yield library


class Counted(Control):
    """Flask-SQLAlchemy's pagination of numbers, as the control."""

    def _query_items(self) -> list[int]:
        start = self._query_offset
        return list(range(self._query_args["n"]))[start : start + self.per_page]

    def _query_count(self) -> int:
        return int(self._query_args["n"])

    @staticmethod
    def _prepare_page_args(**given: Any) -> tuple[int, int]:
        return given["page"], given["per_page"]


ATTRIBUTES = [
    "first",
    "last",
    "pages",
    "has_prev",
    "has_next",
    "prev_num",
    "next_num",
    "page",
    "per_page",
    "total",
]


def test_the_attributes_are_those_of_flask_sqlalchemy() -> None:
    for n, page in itertools.product([0, 1, 10, 11, 99, 200], [1, 2, 5, 10, 20]):
        control = Counted(page=page, per_page=10, error_out=False, n=n)
        ours = Pagination(None, page, 10, n, control.items)
        assert list(ours) == list(control)
        for name in ATTRIBUTES:
            assert getattr(ours, name) == getattr(control, name), (name, n, page)
        for edges in itertools.product([0, 1, 2], [0, 2], [0, 1, 4], [0, 2]):
            options = dict(
                zip(["left_edge", "left_current", "right_current", "right_edge"], edges, strict=True)
            )
            assert list(ours.iter_pages(**options)) == list(control.iter_pages(**options)), (n, page, options)
        assert list(ours.iter_pages()) == list(control.iter_pages())


async def test_pages_of_a_query_and_of_a_statement(library: Library) -> None:
    Tag, db = library.Tag, library.db
    for page in (
        await Tag.query.order_by(Tag.id).paginate(page=2, per_page=10),
        await db.paginate(db.select(Tag).order_by(Tag.id), page=2, per_page=10),
    ):
        assert [tag.name for tag in page] == [f"tag {number}" for number in range(10, 20)]
        assert (page.page, page.per_page, page.total, page.pages) == (2, 10, 45, 5)
        following = await page.next()
        assert (following.page, following.items[0].name, following.total) == (3, "tag 20", 45)
        before = await following.prev()
        assert [tag.id for tag in before.items] == [tag.id for tag in page.items]
        assert type(following) is type(page)


async def test_positional_arguments_are_those_of_flask_sqlalchemy_2(library: Library) -> None:
    page = await library.Tag.query.order_by(library.Tag.id).paginate(9, 10, False)
    assert (page.items, page.total) == ([], 45)
    page = await library.Tag.query.paginate(1, 30, True, 20)
    assert (len(page.items), page.per_page, page.max_per_page) == (20, 20, 20)


async def test_without_a_count_the_total_is_unknown(library: Library) -> None:
    page = await library.Tag.query.paginate(page=1, per_page=10, count=False)
    assert (page.total, page.pages, page.has_next) == (None, 0, False)


@pytest.mark.parametrize("arguments", [{"page": 0}, {"page": -1}, {"per_page": 0}, {"page": 99}])
async def test_a_page_that_does_not_exist_is_404(library: Library, arguments: Any) -> None:
    with pytest.raises(NotFound):
        await library.Tag.query.paginate(**arguments)
    with pytest.raises(NotFound):
        await library.db.paginate(library.db.select(library.Tag), **arguments)
    page = await library.Tag.query.paginate(**arguments, error_out=False)
    assert page.page >= 1
    assert page.per_page == 20


async def test_the_request_says_what_the_call_does_not(library: Library) -> None:
    Tag = library.Tag

    @library.app.get("/")
    async def index() -> str:
        page = await Tag.query.order_by(Tag.id).paginate(max_per_page=7)
        return f"{page.page} {page.per_page}"

    async def asked(query: str) -> tuple[int, str]:
        response = await library.app.test_client().get(f"/?{query}")
        return response.status_code, await response.get_data(
            as_text=True
        ) if response.status_code == 200 else ""

    assert await asked("") == (200, "1 7")
    assert await asked("page=2&per_page=5") == (200, "2 5")
    assert await asked("page=two") == (404, "")
    assert await asked("per_page=x") == (404, "")
    assert await asked("page=99") == (404, "")


async def test_one_made_by_hand_cannot_turn_its_page() -> None:
    page = Pagination(None, 1, 10, 100, [])
    with pytest.raises(RuntimeError, match="by hand"):
        await page.next()
