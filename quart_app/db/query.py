"""``AsyncQuery``: SQLAlchemy's ``Query`` whose questions are built at once and asked with ``await``.

It is a ``sqlalchemy.orm.Query``, so all that builds a query is SQLAlchemy's own, and it may stand wherever a query may:
in a subquery, a union, ``column.in_(query)``. Only the methods that ask the database are coroutines here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, NoReturn, TypeVar, cast

from quart import abort
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import Query as SyncQuery
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.orm import loading
from sqlalchemy.util import greenlet_spawn

from quart_app import bridge

from .errors import NotAwaitedError
from .pagination import Pagination, QueryPagination

T = TypeVar("T")

#: The methods of ``Query`` that ask the database.
TERMINALS = (
    "__getitem__",
    "__iter__",
    "all",
    "count",
    "delete",
    "first",
    "one",
    "one_or_none",
    "scalar",
    "update",
    "value",
    "values",
)


class AsyncQuery(SyncQuery[T]):
    """A query that is awaited: ``await User.query.filter_by(name=name).first()``, ``async for user in User.query``."""

    def __init__(self, entities: Any, session: Any = None) -> None:
        super().__init__(entities, sync_session_of(session))

    def with_session(self, session: Any) -> Any:
        """Return this query for another session, synchronous or not."""
        return super().with_session(cast(SyncSession, sync_session_of(session)))

    @property
    def sync(self) -> SyncQuery[T]:
        """The same query with synchronous methods, for code inside ``session.run_sync()`` or the bridge."""
        query = object.__new__(_sync_class(type(self)))
        query.__dict__ = dict(self.__dict__)
        return cast("SyncQuery[T]", query)

    @classmethod
    def sync_terminals(cls) -> type[SyncQuery[Any]]:
        """Return the class whose synchronous methods :attr:`sync` has."""
        return SyncQuery

    async def all(self) -> list[T]:  # type: ignore[override]
        """Return all results."""
        return await greenlet_spawn(self.sync.all)

    async def first(self) -> T | None:  # type: ignore[override]
        """Return the first result, or ``None``."""
        return await greenlet_spawn(self.sync.first)

    async def one(self) -> T:  # type: ignore[override]
        """Return the only result; raise ``NoResultFound`` or ``MultipleResultsFound`` if it is not the only one."""
        return await greenlet_spawn(self.sync.one)

    async def one_or_none(self) -> T | None:  # type: ignore[override]
        """Return the only result or ``None``; raise ``MultipleResultsFound`` if there are several."""
        return await greenlet_spawn(self.sync.one_or_none)

    async def scalar(self) -> Any:
        """Return the first column of the only row, or ``None`` if there is no row."""
        return await greenlet_spawn(self.sync.scalar)

    async def count(self) -> int:  # type: ignore[override]
        """Return how many rows the query would return."""
        return await greenlet_spawn(self.sync.count)

    async def get(self, ident: Any) -> T | None:  # type: ignore[override]
        """Return the object with this primary key, from the session if it is there, or ``None``."""
        return await greenlet_spawn(_get, self.sync, ident)

    async def delete(self, *args: Any, **options: Any) -> int:  # type: ignore[override]
        """Delete the rows that match; return how many. See :meth:`sqlalchemy.orm.Query.delete`."""
        return await greenlet_spawn(self.sync.delete, *args, **options)

    async def update(self, values: Any, *args: Any, **options: Any) -> int:  # type: ignore[override]
        """Update the rows that match; return how many. See :meth:`sqlalchemy.orm.Query.update`."""
        return await greenlet_spawn(self.sync.update, values, *args, **options)

    async def value(self, column: Any) -> Any:
        """Return ``column`` of the first row, or ``None``."""
        row = await self.with_entities(column).first()
        return None if row is None else row[0]

    async def values(self, *columns: Any) -> list[Any]:  # type: ignore[override]
        """Return rows of these columns."""
        return cast("list[Any]", await self.with_entities(*columns).all())

    async def item(self, index: int) -> T:
        """Return the result at ``index``; what ``query[index]`` is where synchronous code may wait.

        Args:
            index: From 0; a negative one counts from the end, for which all rows are read.

        Raises:
            IndexError: There are not so many results.
        """
        if index < 0:
            return (await self.all())[index]
        return await greenlet_spawn(self.sync.__getitem__, index)

    async def get_or_404(self, ident: Any, description: str | None = None) -> T:
        """Return the object with this primary key, or answer 404 Not Found."""
        found = await self.get(ident)
        return _found(found, description)

    async def first_or_404(self, description: str | None = None) -> T:
        """Return the first result, or answer 404 Not Found."""
        return _found(await self.first(), description)

    async def one_or_404(self, description: str | None = None) -> T:
        """Return the only result, or answer 404 Not Found."""
        try:
            return await self.one()
        except (NoResultFound, MultipleResultsFound):
            abort(404, description=description)

    async def paginate(
        self,
        page: int | None = None,
        per_page: int | None = None,
        error_out: bool = True,
        max_per_page: int | None = None,
        count: bool = True,
    ) -> Pagination:
        """Return one page of the results.

        Args:
            page: The number of the page, from 1; the request's ``page`` argument when left out.
            per_page: How many items a page has; the request's ``per_page`` argument, or 20, when left out.
            error_out: Answer 404 for a page that does not exist or a number that is none.
            max_per_page: The most that ``per_page`` may be.
            count: Ask for the total number too.
        """
        return await QueryPagination.ask(
            page=page,
            per_page=per_page,
            max_per_page=max_per_page,
            error_out=error_out,
            count=count,
            query=self,
        )

    async def __aiter__(self) -> AsyncIterator[T]:
        if self.load_options._yield_per is None:
            for item in await self.all():
                yield item
            return
        result: Any = await greenlet_spawn(self.sync._iter)
        try:
            while chunk := await greenlet_spawn(result.fetchmany, self.load_options._yield_per):
                for item in chunk:
                    yield item
        finally:
            await greenlet_spawn(result.close)

    def __iter__(self) -> Iterator[T]:
        if not bridge.in_bridge():
            _refuse("Iterate over a query with `async for`, or over `await query.all()`.")
        return iter(self.sync.all())

    def __getitem__(self, item: Any) -> Any:
        """Return a query for a slice, to be awaited with ``.all()``; the item at an index where the bridge can wait."""
        if isinstance(item, slice):
            start, stop, step = item.start, item.stop, item.step
            if start is not None and stop is not None and stop <= start:
                return self.slice(0, 0)  # even where an end is negative: SQLAlchemy looked at this first
            if step not in (None, 1) or any(number is not None and number < 0 for number in (start, stop)):
                return SlicedRows(self, item)
            return self.slice(start, stop) if start is not None or stop is not None else self
        if not bridge.in_bridge():
            _refuse(f"Ask for one item of a query with `await query.item({item!r})`.")
        return self.sync.all()[item] if item < 0 else self.sync[item]


class SlicedRows(Generic[T]):
    """A slice of a query that SQL has no words for, counted from the end or with steps: all rows are read and sliced.

    SQLAlchemy did so until 1.4. It is awaited as a query is.
    """

    def __init__(self, query: AsyncQuery[T], item: slice) -> None:
        self._query = query
        self._item = item

    async def all(self) -> list[T]:
        """Return the results."""
        return (await self._query.all())[self._item]

    async def item(self, index: int) -> T:
        """Return the result at ``index``."""
        return (await self.all())[index]

    async def __aiter__(self) -> AsyncIterator[T]:
        for row in await self.all():
            yield row

    def __iter__(self) -> Iterator[T]:
        """Iterate where the bridge can wait."""
        return iter(list(self._query)[self._item])

    def __getitem__(self, item: Any) -> Any:
        """Slice where the bridge can wait."""
        return list(self)[item]

    def __len__(self) -> int:
        """Count where the bridge can wait."""
        return len(list(self))


#: Flask-SQLAlchemy's names for it, before 3.0 and since.
Query = AsyncQuery
BaseQuery = AsyncQuery


def sync_session_of(session: Any) -> SyncSession | None:
    """Return the synchronous session behind an ``AsyncSession`` or a scoped one."""
    if isinstance(session, async_scoped_session):
        session = session()
    return session.sync_session if isinstance(session, AsyncSession) else session


def _get(query: SyncQuery[T], ident: Any) -> T | None:
    # Query.get() itself warns that it is legacy; a migrated application has more important things to do.
    query._no_criterion_assertion("get", order_by=False, distinct=False)
    return cast("T | None", query._get_impl(ident, loading._load_on_pk_identity))


def _found(found: T | None, description: str | None) -> T:
    if found is None:
        abort(404, description=description)
    return found


def _refuse(reason: str) -> NoReturn:
    raise NotAwaitedError(reason)


def _sync_class(query_class: type[AsyncQuery[Any]]) -> type[SyncQuery[Any]]:
    """Return ``query_class`` with the synchronous methods put back in front."""
    twin: type[SyncQuery[Any]] | None = query_class.__dict__.get("_sync_twin")
    if twin is None:
        body: dict[str, Any] = {"__module__": query_class.__module__}
        body.update((name, getattr(query_class.sync_terminals(), name)) for name in TERMINALS)
        appends_to: type[AsyncQuery[Any]] | None = getattr(query_class, "query_class", None)
        if appends_to is not None:
            body["query_class"] = _sync_class(appends_to)
        twin = cast("type[SyncQuery[Any]]", type(f"Sync{query_class.__name__}", (query_class,), body))
        query_class._sync_twin = twin  # type: ignore[attr-defined]
    return twin
