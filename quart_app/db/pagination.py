"""One page of a query's or a statement's results, with the attributes that Flask-SQLAlchemy's templates use."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING, Any

from quart import abort, has_request_context, request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import lazyload

if TYPE_CHECKING:
    from .query import AsyncQuery
    from .session import AsyncSession

#: Items on a page when neither the call nor the request says it.
DEFAULT_PER_PAGE = 20


class Pagination:
    """One page: its ``items``, its number, and what a row of page links needs."""

    def __init__(
        self,
        query: AsyncQuery[Any] | None = None,
        page: int = 1,
        per_page: int = DEFAULT_PER_PAGE,
        total: int | None = None,
        items: list[Any] | None = None,
        max_per_page: int | None = None,
    ) -> None:
        self.query = query
        #: The number of this page, from 1.
        self.page = page
        #: The most items on a page.
        self.per_page = per_page
        #: The most that ``per_page`` may be.
        self.max_per_page = max_per_page
        #: The number of items on all pages; ``None`` if nobody asked.
        self.total = total
        #: The items of this page.
        self.items: list[Any] = [] if items is None else items

    @property
    def first(self) -> int:
        """The number of the first item of this page, from 1; 0 if the page is empty."""
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the last item of this page; 0 if the page is empty."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def pages(self) -> int:
        """The number of pages."""
        return ceil(self.total / self.per_page) if self.total else 0

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before this one."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.page < self.pages

    @property
    def prev_num(self) -> int | None:
        """The number of the page before, or ``None``."""
        return self.page - 1 if self.has_prev else None

    @property
    def next_num(self) -> int | None:
        """The number of the page after, or ``None``."""
        return self.page + 1 if self.has_next else None

    async def prev(self, error_out: bool = False) -> Pagination:
        """Return the page before."""
        return await self._turn(-1, error_out)

    async def next(self, error_out: bool = False) -> Pagination:
        """Return the page after."""
        return await self._turn(1, error_out)

    async def _turn(self, step: int, error_out: bool) -> Pagination:  # noqa: ARG002 - what subclasses need
        raise RuntimeError("This Pagination was made by hand: it has no query to ask for another page.")

    def iter_pages(
        self, left_edge: int = 2, left_current: int = 2, right_current: int = 4, right_edge: int = 2
    ) -> Iterator[int | None]:
        """Yield the page numbers for a row of links, ``None`` where some are left out.

        Args:
            left_edge: How many of the first pages.
            left_current: How many pages before this one.
            right_current: How many pages after this one.
            right_edge: How many of the last pages.
        """
        end = self.pages + 1
        shown = min(1 + left_edge, end)
        if end > 1:
            yield from range(1, shown)
        around = min(self.page + right_current + 1, end)
        for start, stop in (
            (max(shown, self.page - left_current), around),
            (max(around, end - right_edge), end),
        ):
            if end == 1 or shown == end:
                return
            if start > shown:
                yield None
            yield from range(start, stop)
            shown = stop

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


class _AskingPagination(Pagination):
    """A page that knows how to ask for itself and its neighbours."""

    source: dict[str, Any]

    @classmethod
    async def ask(
        cls,
        *,
        page: int | None,
        per_page: int | None,
        max_per_page: int | None,
        error_out: bool,
        count: bool,
        **source: Any,
    ) -> Pagination:
        """Ask the database for one page."""
        self = cls(source.get("query"), max_per_page=max_per_page)
        self.source = source
        self.page, self.per_page = page_numbers(page, per_page, max_per_page, error_out)
        self.items = await self._items()
        if not self.items and self.page != 1 and error_out:
            abort(404)
        if count:
            self.total = await self._count()
        return self

    async def _turn(self, step: int, error_out: bool) -> Pagination:
        other = await self.ask(
            page=self.page + step,
            per_page=self.per_page,
            max_per_page=self.max_per_page,
            error_out=error_out,
            count=False,
            **self.source,
        )
        other.total = self.total
        return other

    async def _items(self) -> list[Any]:
        raise NotImplementedError

    async def _count(self) -> int:
        raise NotImplementedError


class QueryPagination(_AskingPagination):
    """A page of an :class:`~quart_app.db.AsyncQuery`."""

    async def _items(self) -> list[Any]:
        query: AsyncQuery[Any] = self.source["query"]
        return await query.limit(self.per_page).offset((self.page - 1) * self.per_page).all()

    async def _count(self) -> int:
        query: AsyncQuery[Any] = self.source["query"]
        return await query.order_by(None).count()


class SelectPagination(_AskingPagination):
    """A page of a ``select()``."""

    async def _items(self) -> list[Any]:
        statement: Select[Any] = self.source["select"]
        session: AsyncSession = self.source["session"]
        result = await session.execute(statement.limit(self.per_page).offset((self.page - 1) * self.per_page))
        return list(result.unique().scalars())

    async def _count(self) -> int:
        statement: Select[Any] = self.source["select"]
        session: AsyncSession = self.source["session"]
        rows = statement.options(lazyload("*")).order_by(None).subquery()
        return await session.scalar(select(func.count()).select_from(rows)) or 0


def page_numbers(
    page: int | None, per_page: int | None, max_per_page: int | None, error_out: bool
) -> tuple[int, int]:
    """Return the page and its size, read from the request where the call does not say them."""
    if page is None:
        page = _from_request("page", 1, error_out)
    if per_page is None:
        per_page = _from_request("per_page", DEFAULT_PER_PAGE, error_out)
    if max_per_page is not None:
        per_page = min(per_page, max_per_page)
    if (page < 1 or per_page < 1) and error_out:
        abort(404)
    return max(page, 1), per_page if per_page >= 1 else DEFAULT_PER_PAGE


def _from_request(name: str, default: int, error_out: bool) -> int:
    if not has_request_context():
        return default
    try:
        return int(request.args.get(name, default))
    except (TypeError, ValueError):
        if error_out:
            abort(404)
        return default
